#pragma once

// What was answered to requests with an Idempotency-Key (decision E9).

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace varpulis::host {

struct AnsweredCounts {
  uint64_t accepted;
  uint64_t refusals;
};

// The last limits::kMaxIdempotencyKeys keys. Not thread-safe.
class IdempotencyKeys {
 public:
  std::optional<AnsweredCounts> Find(const std::string& key) const;
  // The key is new.
  void Add(const std::string& key, AnsweredCounts counts);
  size_t size() const { return answers_.size(); }

 private:
  std::unordered_map<std::string, AnsweredCounts> answers_;
  std::deque<std::string> order_;
};

}  // namespace varpulis::host
