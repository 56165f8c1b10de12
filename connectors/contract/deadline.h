#pragma once

// How long something that waits for a service may take.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace varpulis::connectors {

// When something has to be over; also when nobody needs it any more, because the program ends.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  // `stop` outlives the deadline.
  Deadline(DurationNs timeout, const std::atomic<bool>& stop)
      : end_(Clock::now() + std::chrono::nanoseconds(timeout)), stop_(&stop) {}

  bool is_over() const { return stopped() || Clock::now() >= end_; }
  bool stopped() const { return stop_->load(std::memory_order_relaxed); }
  // What is left in ms, rounded up; 0 if it is over.
  int64_t LeftMs() const;
  // The earlier of this one and `timeout` from now on.
  Deadline Within(DurationNs timeout) const {
    Deadline nearer(timeout, *stop_);
    if (end_ < nearer.end_) nearer.end_ = end_;
    return nearer;
  }
  // From now on, whatever this one has left; over as well when nobody needs it any more.
  Deadline Afresh(DurationNs timeout) const { return Deadline(timeout, *stop_); }
  // Until the deadline, but no longer than `ms`.
  void Sleep(int64_t ms) const;

 private:
  Clock::time_point end_;
  const std::atomic<bool>* stop_;
};

// Waits until `events` (poll) are there; false when the deadline is over first.
bool WaitFor(int descriptor, short events, const Deadline& deadline);

}  // namespace varpulis::connectors
