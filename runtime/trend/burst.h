#pragma once

// Events of one closure that lie behind each other, with what the terms of trends read of them.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace varpulis::trend {

class Burst {
 public:
  // Bytes that are kept of an event beside its time.
  explicit Burst(size_t measure_bytes) : measure_bytes_(measure_bytes) {}

  uint32_t size() const { return static_cast<uint32_t>(times_.size()); }
  // A further event; the caller writes its measures where the result points to.
  uint8_t* Add(TimestampNs time) {
    times_.push_back(time);
    measures_.resize(times_.size() * measure_bytes_);
    return measures_.data() + measures_.size() - measure_bytes_;
  }
  const uint8_t* measures(uint32_t event) const {
    return measures_.data() + event * measure_bytes_;
  }
  // The greatest time from the event on.
  TimestampNs last_time(uint32_t from) const {
    return *std::max_element(times_.begin() + from, times_.end());
  }
  // A short one keeps its memory for the next.
  void Clear() {
    if (size() > kShort) *this = Burst(measure_bytes_);
    times_.clear();
    measures_.clear();
  }

 private:
  static constexpr uint32_t kShort = 64;

  size_t measure_bytes_;
  std::vector<TimestampNs> times_;
  std::vector<uint8_t> measures_;
};

}  // namespace varpulis::trend
