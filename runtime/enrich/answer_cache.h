#pragma once

// What one `.enrich` remembers: answers by key, each for a fixed time. The clock never goes back, so that
// the answers expire in the order in which they were put in.

#include <cstddef>
#include <list>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>

#include "base/limits.h"
#include "base/time.h"

namespace varpulis::enrich {

struct CacheBounds {
  size_t answers = limits::kMaxCachedAnswers;
  size_t bytes = limits::kMaxCachedAnswerBytes;
};

class AnswerCache {
 public:
  // An answer is good for less than `ttl` after it was put in.
  explicit AnswerCache(DurationNs ttl, CacheBounds bounds = {}) : ttl_(ttl), bounds_(bounds) {}
  AnswerCache(const AnswerCache&) = delete;
  AnswerCache& operator=(const AnswerCache&) = delete;

  // The answer that is still good at `now`; null if there is none. Valid until the next Put.
  const std::string* Find(std::string_view key, TimestampNs now) const;
  // When a bound is reached, what has expired goes; if that is not enough, the oldest tenth as well. An
  // answer that is larger than all of the room is not kept.
  void Put(std::string key, std::string answer, TimestampNs now);

  size_t size() const { return places_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    std::string answer;
    TimestampNs put;
  };
  bool IsExpired(const Entry& entry, TimestampNs now) const;
  static size_t BytesOf(const Entry& entry) {
    return sizeof(Entry) + entry.key.size() + entry.answer.size();
  }
  void ForgetOldest();

  const DurationNs ttl_;
  const CacheBounds bounds_;
  std::list<Entry> entries_;                                                  // oldest first
  absl::flat_hash_map<std::string_view, std::list<Entry>::iterator> places_;  // by the entry's key
  size_t bytes_ = 0;
};

}  // namespace varpulis::enrich
