#pragma once

// What was answered to requests with an Idempotency-Key (decision E9).

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varpulis::host {

struct AnsweredCounts {
  uint64_t accepted = 0;
  uint64_t refusals = 0;
};

struct AnsweredKey {
  std::string key;
  AnsweredCounts counts;
  uint64_t record = 0;  // of the pipeline's records, the one that the request was
};

// The last limits::kMaxIdempotencyKeys keys. Not thread-safe.
class IdempotencyKeys {
 public:
  std::optional<AnsweredCounts> Find(const std::string& key) const;
  // The key is new, and its record later than those of the others.
  void Add(const std::string& key, AnsweredCounts counts, uint64_t record);
  // The request has failed: it may come again.
  void Remove(const std::string& key);
  // Those of records up to that one, the oldest first.
  std::vector<AnsweredKey> UpTo(uint64_t record) const;
  // Takes these instead of those of records up to that one.
  void Replace(const std::vector<AnsweredKey>& keys, uint64_t record);
  size_t size() const { return answers_.size(); }

 private:
  struct Answered {
    AnsweredCounts counts;
    uint64_t record;
  };
  std::unordered_map<std::string, Answered> answers_;
  std::deque<std::string> order_;
};

}  // namespace varpulis::host
