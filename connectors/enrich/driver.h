#pragma once

// One connection to a source of answers. A driver belongs to one thread; everything that it waits for, it
// waits for no longer than the deadline says.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "base/time.h"
#include "runtime/enrich/provider.h"

namespace varpulis::connectors {

// When a lookup has to be over; also when nobody needs it any more, because the program ends.
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

 private:
  Clock::time_point end_;
  const std::atomic<bool>* stop_;
};

// Waits until `events` (poll) are there; false when the deadline is over first.
bool WaitFor(int descriptor, short events, const Deadline& deadline);

class Driver {
 public:
  virtual ~Driver() = default;
  // Connects if it has to. A connection that has failed is given up, so that the next lookup makes a
  // new one. The latency is set by the caller.
  virtual enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) = 0;
};
using MakeDriver = std::function<std::unique_ptr<Driver>()>;

inline enrich::Answer Failed(std::string reason) {
  return {enrich::Outcome::Error, std::move(reason), 0};
}
inline enrich::Answer TimedOut() { return {enrich::Outcome::Timeout, "no answer in time", 0}; }

}  // namespace varpulis::connectors
