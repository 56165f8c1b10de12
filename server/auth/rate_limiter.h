#pragma once

// Requests per second and client address: token buckets (operations.md 4.1.5).

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace varpulis::auth {

struct RateVerdict {
  bool allowed = true;
  uint64_t limit = 0;          // requests per second; 0: there is no limit
  uint64_t remaining = 0;      // that could follow at once
  uint64_t reset_s = 0;        // until the bucket is full again
  uint64_t retry_after_s = 0;  // when refused: until there is a token, at least 1
};

// Thread-safe. A bucket fills with `rate` tokens per second up to twice the rate. At most
// limits::kMaxRateAddresses are remembered; the one not seen for longest is forgotten, that is, full again.
class RateLimiter {
 public:
  // 0: no limit.
  explicit RateLimiter(uint64_t rate) : rate_(rate) {}

  // Holds for all buckets from now on.
  void set_rate(uint64_t rate) { rate_.store(rate, std::memory_order_relaxed); }
  // `now_ns` is a steady clock.
  RateVerdict Take(std::string_view address, int64_t now_ns);
  size_t tracked() const;

 private:
  struct Bucket {
    std::string address;
    double tokens;
    int64_t filled_at;
  };
  using Buckets = std::list<Bucket>;  // the most recently seen first

  Bucket& BucketOf(std::string_view address, double capacity, int64_t now_ns);

  std::atomic<uint64_t> rate_;
  mutable std::mutex mutex_;
  Buckets buckets_;
  std::unordered_map<std::string_view, Buckets::iterator> by_address_;  // keys live in the list
};

}  // namespace varpulis::auth
