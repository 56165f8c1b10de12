#include "server/store/journal.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "server/store/keys.h"

namespace varpulis::store {
namespace {

const log::Target kLog("varpulis_runtime::store");

constexpr int kRuntimeFailure = 4;  // operations.md 2.1

template <typename T>
void AppendRaw(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
bool TakeRaw(std::string_view& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return true;
}

// False: the block is damaged.
bool ReadBlock(std::string_view block, uint64_t after, const Journal::Visit& visit, bool& go_on) {
  while (!block.empty() && go_on) {
    uint64_t number = 0;
    uint32_t size = 0;
    if (!TakeRaw(block, number) || !TakeRaw(block, size) || block.size() < size) return false;
    if (number > after) go_on = visit(number, block.substr(0, size));
    block.remove_prefix(size);
  }
  return true;
}

}  // namespace

Journal::Journal(Database& database, JournalOptions options)
    : database_(database), options_(std::move(options)), thread_([this] { Run(); }) {}

Journal::~Journal() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Journal::Append(std::string pipeline, uint64_t number, std::string bytes, Done done) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(pipeline), number, std::move(bytes), std::move(done)});
    if (waiting_.size() > 1) return;  // somebody has woken the thread already
  }
  changed_.notify_all();
}

std::string Journal::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

void Journal::ReportFull(const Status& status) {
  {
    std::lock_guard lock(mutex_);
    if (!trouble_.empty()) return;
    trouble_ = status.message();
    full_ = status;
  }
  changed_.notify_all();
}

uint64_t Journal::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void Journal::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty() || !full_.ok(); });
    if (const Status full = std::exchange(full_, Status()); !full.ok()) {
      lock.unlock();
      AwaitRoom(full);
      lock.lock();
    }
    if (waiting_.empty() && stopping_) return;
    std::vector<Entry> entries = std::exchange(waiting_, {});
    lock.unlock();
    const Status status = Commit(entries);
    Finish(entries, status);
    entries.clear();
    if (!status.ok()) AwaitRoom(status);
    lock.lock();
  }
}

Status Journal::Commit(const std::vector<Entry>& entries) {
  struct Content {
    uint64_t last = 0;
    std::string block;
  };
  std::map<std::string_view, Content> contents;
  for (const Entry& entry : entries) {
    if (entry.number == 0) continue;
    Content& content = contents[entry.pipeline];
    content.last = entry.number;
    AppendRaw(content.block, entry.number);
    AppendRaw(content.block, static_cast<uint32_t>(entry.bytes.size()));
    content.block += entry.bytes;
  }
  if (contents.empty()) return Status();
  WriteBatch batch(database_);
  for (const auto& [pipeline, content] : contents)
    batch.Put(Family::Journal, NumberedKey(pipeline, content.last), content.block);
  Status status = database_.Write(batch, true);
  if (status.ok()) {
    for (const auto& [pipeline, content] : contents)
      CountBlock(std::string(pipeline), {content.last, content.block.size()});
    return status;
  }
  for (const auto& [pipeline, content] : contents)
    failed_keys_.push_back(NumberedKey(pipeline, content.last));
  if (status.code() == StatusCode::ResourceExhausted) return status;
  if (options_.fatal) {
    options_.fatal(status);
    return status;
  }
  VPL_LOG(kLog, Error, "The journal cannot be written", {"error", status.message()});
  std::_Exit(kRuntimeFailure);
}

void Journal::CountBlock(const std::string& pipeline, Block block) {
  std::lock_guard lock(mutex_);
  blocks_[pipeline].push_back(block);
  bytes_ += block.bytes;
}

void Journal::Finish(std::vector<Entry>& entries, const Status& status) {
  for (Entry& entry : entries) entry.done(entry.number == 0 ? Status() : status);
}

// Nobody's record waits here: what comes meanwhile is refused as well, so that clients know.
void Journal::AwaitRoom(const Status& status) {
  VPL_LOG(kLog, Error, "The disk is full", {"error", status.message()});
  std::unique_lock lock(mutex_);
  trouble_ = status.message();
  while (!stopping_) {
    changed_.wait_for(lock, std::chrono::nanoseconds(options_.retry_ns),
                      [this] { return stopping_; });
    std::vector<Entry> refused = std::exchange(waiting_, {});
    lock.unlock();
    Finish(refused, status);
    const bool has_room = database_.Reopen().ok() && DeleteFailed().ok();
    lock.lock();
    if (!has_room) continue;
    trouble_.clear();
    VPL_LOG(kLog, Info, "The disk has room again");
    return;
  }
}

// Whether what has failed has come to the disk after all is not known.
Status Journal::DeleteFailed() {
  WriteBatch batch(database_);
  for (const std::string& key : failed_keys_) batch.Delete(Family::Journal, key);
  Status status = database_.Write(batch, true);
  if (status.ok()) failed_keys_.clear();
  return status;
}

Status Journal::Read(std::string_view pipeline, uint64_t after, const Visit& visit) {
  bool go_on = true;
  bool is_whole = true;
  const Status status =
      database_.ForEach(Family::Journal, NumberedKey(pipeline, 0), EndOfKeys(pipeline),
                        [&](std::string_view key, std::string_view block) {
                          const uint64_t last = NumberAt<uint64_t>(key, pipeline.size() + 1);
                          CountBlock(std::string(pipeline), {last, block.size()});
                          if (last > after && go_on)
                            is_whole = ReadBlock(block, after, visit, go_on);
                          return is_whole;
                        });
  if (!status.ok()) return status;
  if (!is_whole) return Status(StatusCode::Malformed, "a block of the journal is damaged");
  return Status();
}

void Journal::Trim(WriteBatch& batch, std::string_view pipeline, uint64_t number) {
  batch.DeleteRange(Family::Journal, NumberedKey(pipeline, 0), NumberedKey(pipeline, number + 1));
}

void Journal::CountTrimmed(std::string_view pipeline, uint64_t number) {
  std::lock_guard lock(mutex_);
  const auto at = blocks_.find(pipeline);
  if (at == blocks_.end()) return;
  std::deque<Block>& blocks = at->second;
  while (!blocks.empty() && blocks.front().last <= number) {
    bytes_ -= blocks.front().bytes;
    blocks.pop_front();
  }
  if (blocks.empty()) blocks_.erase(at);
}

}  // namespace varpulis::store
