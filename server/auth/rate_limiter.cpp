#include "server/auth/rate_limiter.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace varpulis::auth {

RateLimiter::Bucket& RateLimiter::BucketOf(std::string_view address, double capacity,
                                           int64_t now_ns) {
  if (const auto known = by_address_.find(address); known != by_address_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
    return buckets_.front();
  }
  if (buckets_.size() >= limits::kMaxRateAddresses) {
    by_address_.erase(buckets_.back().address);
    buckets_.pop_back();
  }
  buckets_.push_front({std::string(address), capacity, now_ns});
  by_address_[buckets_.front().address] = buckets_.begin();
  return buckets_.front();
}

RateVerdict RateLimiter::Take(std::string_view address, int64_t now_ns) {
  const uint64_t limit = rate_.load(std::memory_order_relaxed);
  if (limit == 0) return {};
  const auto rate = static_cast<double>(limit);
  const double capacity = 2 * rate;
  std::lock_guard lock(mutex_);
  Bucket& bucket = BucketOf(address, capacity, now_ns);
  const double passed = static_cast<double>(std::max<int64_t>(now_ns - bucket.filled_at, 0)) / 1e9;
  bucket.tokens = std::min(capacity, bucket.tokens + passed * rate);
  bucket.filled_at = now_ns;
  RateVerdict verdict{.limit = limit};
  verdict.allowed = bucket.tokens >= 1;
  if (verdict.allowed) {
    bucket.tokens -= 1;
  } else {
    verdict.retry_after_s =
        std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil((1 - bucket.tokens) / rate)));
  }
  verdict.remaining = static_cast<uint64_t>(bucket.tokens);
  verdict.reset_s = static_cast<uint64_t>(std::ceil((capacity - bucket.tokens) / rate));
  return verdict;
}

size_t RateLimiter::tracked() const {
  std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace varpulis::auth
