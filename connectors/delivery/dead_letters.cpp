#include "connectors/delivery/dead_letters.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/log.h"

namespace varpulis::connectors {
namespace {

const log::Target kLog("varpulis_runtime::dead_letter");

// At most a line in this time and connector (operations.md 7.4).
constexpr int64_t kTellEveryNs = kNsPerSecond;

TimestampNs WallNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}
int64_t SteadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void DeadLetters::Write(std::span<DeadLetter> letters) {
  if (letters.empty()) return;
  const TimestampNs now = WallNow();
  std::string lines;
  for (DeadLetter& letter : letters) {
    letter.time = now / kNsPerMs * kNsPerMs;
    letter.id = fmt::format("{:x}-{:x}", now, next_id_.fetch_add(1, std::memory_order_relaxed));
    lines += LineOf(letter);
  }
  if (Status status = file_.Append(lines); !status.ok()) {
    write_errors_.fetch_add(letters.size(), std::memory_order_relaxed);
    VPL_LOG(kLog, Error, "Dead letters cannot be written", {"count", letters.size()},
            {"connector", letters.front().connector}, {"error", status.message()});
  }
  const int64_t steady = SteadyNow();
  std::lock_guard lock(told_mutex_);
  for (const DeadLetter& letter : letters) {
    Told& told = told_[letter.connector];
    ++told.waiting;
    told.error = letter.error;
    told.pipeline_id = letter.pipeline_id;
  }
  for (auto& [connector, told] : told_) Tell(connector, told, steady);
}

void DeadLetters::Tell(const std::string& connector, Told& told, int64_t now_ns) const {
  if (told.waiting == 0 || (told.at_ns != 0 && now_ns - told.at_ns < kTellEveryNs)) return;
  VPL_LOG(kLog, Warn, "DLQ write", {"connector", connector}, {"pipeline_id", told.pipeline_id},
          {"count", told.waiting}, {"error", told.error});
  told.at_ns = now_ns;
  told.waiting = 0;
}

void DeadLetters::TellCounts() {
  const int64_t now = SteadyNow();
  std::lock_guard lock(told_mutex_);
  for (auto& [connector, told] : told_) Tell(connector, told, now);
}

Result<DeadLetters::Listing> DeadLetters::List(const DeadLetterFilter& filter, size_t offset,
                                               size_t limit) const {
  Listing listing;
  Status status = file_.Read([&](std::string_view line) {
    const std::optional<DeadLetter> letter = ReadLine(line);
    if (!letter || !Passes(*letter, filter)) return true;
    if (listing.total >= offset && listing.lines.size() < limit) listing.lines.emplace_back(line);
    ++listing.total;
    return true;
  });
  if (!status.ok()) return status;
  return listing;
}

Result<std::vector<DeadLetter>> DeadLetters::Find(const DeadLetterFilter& filter,
                                                  size_t limit) const {
  std::vector<DeadLetter> found;
  Status status = file_.Read([&](std::string_view line) {
    std::optional<DeadLetter> letter = ReadLine(line);
    if (letter && Passes(*letter, filter)) found.push_back(std::move(*letter));
    return found.size() < limit;
  });
  if (!status.ok()) return status;
  return found;
}

Result<std::vector<DeadLetter>> DeadLetters::FindIds(const std::string& tenant_id,
                                                     std::span<const std::string> ids) const {
  std::vector<DeadLetter> found;
  Status status = file_.Read([&](std::string_view line) {
    std::optional<DeadLetter> letter = ReadLine(line);
    if (letter && letter->tenant_id == tenant_id &&
        std::find(ids.begin(), ids.end(), letter->id) != ids.end())
      found.push_back(std::move(*letter));
    return found.size() < ids.size();
  });
  if (!status.ok()) return status;
  return found;
}

Result<uint64_t> DeadLetters::Remove(const DeadLetterFilter& filter) {
  return file_.Remove([&](std::string_view line) {
    const std::optional<DeadLetter> letter = ReadLine(line);
    return letter && Passes(*letter, filter);
  });
}

Result<uint64_t> DeadLetters::RemoveIds(std::span<const std::string> ids) {
  if (ids.empty()) return uint64_t{0};
  return file_.Remove([&](std::string_view line) {
    const std::optional<DeadLetter> letter = ReadLine(line);
    return letter && std::find(ids.begin(), ids.end(), letter->id) != ids.end();
  });
}

bool Passes(const DeadLetter& letter, const DeadLetterFilter& filter) {
  const std::string_view name(letter.connector);
  return (filter.tenant_id.empty() || letter.tenant_id == filter.tenant_id) &&
         (filter.connector.empty() || name == filter.connector ||
          name.substr(0, name.find("::")) == filter.connector) &&
         (filter.pipeline_id.empty() || letter.pipeline_id == filter.pipeline_id) &&
         (!filter.since || letter.time >= *filter.since) &&
         (!filter.until || letter.time <= *filter.until);
}

}  // namespace varpulis::connectors
