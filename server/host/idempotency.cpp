#include "server/host/idempotency.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace varpulis::host {

std::optional<AnsweredCounts> IdempotencyKeys::Find(const std::string& key) const {
  const auto at = answers_.find(key);
  if (at == answers_.end()) return std::nullopt;
  return at->second.counts;
}

void IdempotencyKeys::Add(const std::string& key, AnsweredCounts counts, uint64_t record) {
  if (!answers_.emplace(key, Answered{counts, record}).second) return;
  if (order_.size() == limits::kMaxIdempotencyKeys) {
    answers_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(key);
}

void IdempotencyKeys::Remove(const std::string& key) {
  if (answers_.erase(key) == 0) return;
  // It is one of the last.
  const auto at = std::find(order_.rbegin(), order_.rend(), key);
  order_.erase(std::next(at).base());
}

std::vector<AnsweredKey> IdempotencyKeys::UpTo(uint64_t record) const {
  std::vector<AnsweredKey> keys;
  for (const std::string& key : order_) {
    const Answered& answered = answers_.at(key);
    if (answered.record > record) break;
    keys.push_back({key, answered.counts, answered.record});
  }
  return keys;
}

void IdempotencyKeys::Replace(const std::vector<AnsweredKey>& keys, uint64_t record) {
  const IdempotencyKeys before = std::exchange(*this, {});
  for (const AnsweredKey& key : keys) Add(key.key, key.counts, std::min(key.record, record));
  for (const std::string& key : before.order_) {
    const Answered& answered = before.answers_.at(key);
    if (answered.record > record) Add(key, answered.counts, answered.record);
  }
}

}  // namespace varpulis::host
