#pragma once

// The timers of a program (language.md 3): which of them fires next as the program's clock moves. The
// first event starts them.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "compiler/ir/plan.h"

namespace varpulis::time {

class TimerSet {
 public:
  // The timers outlive the set.
  explicit TimerSet(const std::vector<ir::Timer>& timers) : timers_(timers) {}

  bool empty() const { return timers_.empty(); }
  // Firings that Next has given so far.
  uint64_t fired() const { return fired_; }

  struct Firing {
    ir::TableId table;
    TimestampNs due;
  };
  // The earliest firing that is due at or before the clock and was not given yet, of equal ones that of
  // the timer declared first. The clock is the time of an event; one that is late changes nothing.
  std::optional<Firing> Next(TimestampNs clock);

 private:
  const std::vector<ir::Timer>& timers_;
  std::vector<TimestampNs> due_;  // parallel to the timers; empty until the first event
  uint64_t fired_ = 0;
};

}  // namespace varpulis::time
