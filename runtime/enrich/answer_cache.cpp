#include "runtime/enrich/answer_cache.h"

#include <algorithm>
#include <utility>

namespace varpulis::enrich {

bool AnswerCache::IsExpired(const Entry& entry, TimestampNs now) const {
  // Unsigned, because times may be as far from each other as there are.
  return static_cast<uint64_t>(now) - static_cast<uint64_t>(entry.put) >=
         static_cast<uint64_t>(ttl_);
}

const std::string* AnswerCache::Find(std::string_view key, TimestampNs now) const {
  const auto found = places_.find(key);
  if (found == places_.end() || IsExpired(*found->second, now)) return nullptr;
  return &found->second->answer;
}

void AnswerCache::ForgetOldest() {
  bytes_ -= BytesOf(entries_.front());
  places_.erase(entries_.front().key);
  entries_.pop_front();
}

void AnswerCache::Put(std::string key, std::string answer, TimestampNs now) {
  if (const auto known = places_.find(key); known != places_.end()) {
    bytes_ -= BytesOf(*known->second);
    const auto entry = known->second;
    places_.erase(known);
    entries_.erase(entry);
  }
  Entry entry{std::move(key), std::move(answer), now};
  const size_t needed = BytesOf(entry);
  if (needed > bounds_.bytes) return;
  const auto is_full = [&] {
    return places_.size() >= bounds_.answers || bytes_ + needed > bounds_.bytes;
  };
  if (is_full()) {
    while (!entries_.empty() && IsExpired(entries_.front(), now)) ForgetOldest();
  }
  while (is_full()) {
    for (size_t left = std::max<size_t>(places_.size() / 10, 1); left > 0; --left) ForgetOldest();
  }
  bytes_ += needed;
  entries_.push_back(std::move(entry));
  places_.emplace(entries_.back().key, std::prev(entries_.end()));
}

}  // namespace varpulis::enrich
