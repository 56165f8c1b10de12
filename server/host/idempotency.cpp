#include "server/host/idempotency.h"

#include "base/limits.h"

namespace varpulis::host {

std::optional<AnsweredCounts> IdempotencyKeys::Find(const std::string& key) const {
  const auto at = answers_.find(key);
  if (at == answers_.end()) return std::nullopt;
  return at->second;
}

void IdempotencyKeys::Add(const std::string& key, AnsweredCounts counts) {
  if (order_.size() == limits::kMaxIdempotencyKeys) {
    answers_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(key);
  answers_.emplace(key, counts);
}

}  // namespace varpulis::host
