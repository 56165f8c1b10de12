#pragma once

// Events that could not be delivered, and payloads that are none (operations.md 8.6): written down with the
// reason, told to the log, listed and taken out.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "connectors/delivery/dead_letter_file.h"

namespace varpulis::connectors {

struct DeadLetter {
  std::string id;  // given when it is written
  TimestampNs time = 0;
  std::string connector;  // name of the sink: `NAME` or `NAME::topic`; of the source for payloads
  std::string error;
  std::string event_type;
  std::string event;  // flat, as it was to be delivered; empty: `payload`
  std::string payload;
  std::string tenant_id;
  std::string pipeline_id;
  std::string stream;
  std::string topic;
  uint32_t attempts = 0;
};

// What is asked for; empty texts and times ask for everything.
struct DeadLetterFilter {
  std::string tenant_id;
  std::string connector;  // also without its topic
  std::string pipeline_id;
  std::optional<TimestampNs> since = {};
  std::optional<TimestampNs> until = {};
};

// Thread-safe.
class DeadLetters {
 public:
  explicit DeadLetters(const AppendingFileOptions& options) : file_(options) {}

  // Gives them ids. What the disk refuses is lost, told as an error and counted.
  void Write(std::span<DeadLetter> letters);
  // Of letters that were counted and not yet told; called about once a second by whoever writes some.
  void TellCounts();

  struct Listing {
    std::vector<std::string> lines;  // JSON, the oldest first
    uint64_t total = 0;              // that pass the filter
  };
  Result<Listing> List(const DeadLetterFilter& filter, size_t offset, size_t limit) const;
  // The first `limit`, to be sent again.
  Result<std::vector<DeadLetter>> Find(const DeadLetterFilter& filter, size_t limit) const;
  // Those of these ids.
  Result<std::vector<DeadLetter>> FindIds(const std::string& tenant_id,
                                          std::span<const std::string> ids) const;
  Result<uint64_t> Remove(const DeadLetterFilter& filter);
  Result<uint64_t> RemoveIds(std::span<const std::string> ids);

  uint64_t write_errors() const { return write_errors_.load(std::memory_order_relaxed); }
  const std::string& path() const { return file_.path(); }

 private:
  struct Told {
    int64_t at_ns = 0;
    uint64_t waiting = 0;
    std::string error;
    std::string pipeline_id;
  };
  void Tell(const std::string& connector, Told& told, int64_t now_ns) const;

  DeadLetterFile file_;
  std::atomic<uint64_t> next_id_{0};
  std::atomic<uint64_t> write_errors_{0};
  std::mutex told_mutex_;
  std::map<std::string, Told> told_;  // by connector
};

// One line, with its line break; the members of the event stand below `data`.
std::string LineOf(const DeadLetter& letter);
// Nothing if it is no dead letter.
std::optional<DeadLetter> ReadLine(std::string_view line);
bool Passes(const DeadLetter& letter, const DeadLetterFilter& filter);

}  // namespace varpulis::connectors
