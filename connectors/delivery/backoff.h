#pragma once

// How long to wait before a connection is tried again (operations.md 8.3): 1 s, doubled up to 30 s, more or
// less a fifth, without an end.

#include <algorithm>
#include <cstdint>
#include <random>

#include "base/time.h"

namespace varpulis::connectors {

struct BackoffSettings {
  DurationNs first = kNsPerSecond;
  DurationNs most = 30 * kNsPerSecond;
};

class Backoff {
 public:
  explicit Backoff(BackoffSettings settings)
      : settings_(settings), random_(std::random_device()()) {}

  DurationNs Next() {
    next_ = next_ == 0 ? settings_.first : std::min(2 * next_, settings_.most);
    const double spread = std::uniform_real_distribution<>(0.8, 1.2)(random_);
    return static_cast<DurationNs>(static_cast<double>(next_) * spread);
  }
  void Reset() { next_ = 0; }

 private:
  const BackoffSettings settings_;
  DurationNs next_ = 0;
  std::minstd_rand random_;
};

}  // namespace varpulis::connectors
