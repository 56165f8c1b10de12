#include "runtime/time/timer_set.h"

#include <algorithm>

namespace varpulis::time {

std::optional<TimerSet::Firing> TimerSet::Next(TimestampNs clock) {
  if (timers_.empty()) return std::nullopt;
  if (due_.empty()) {
    for (const ir::Timer& timer : timers_) due_.push_back(base::Later(clock, timer.initial_delay));
  }
  const auto first = std::min_element(due_.begin(), due_.end());
  const TimestampNs due = *first;
  if (due > clock || due == kTimeMax) return std::nullopt;
  const ir::Timer& timer = timers_[static_cast<size_t>(first - due_.begin())];
  *first = base::Later(due, timer.interval);
  ++fired_;
  return Firing{timer.table, due};
}

}  // namespace varpulis::time
