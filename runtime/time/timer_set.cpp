#include "runtime/time/timer_set.h"

#include <algorithm>

namespace varpulis::time {

std::optional<TimerSet::Firing> TimerSet::Next(TimestampNs clock) {
  if (timers_.empty()) return std::nullopt;
  // Those that have started never stand still at the beginning of time.
  for (size_t i = 0; i < due_.size(); ++i) {
    if (due_[i] == kNotStarted) due_[i] = base::Later(clock, timers_[i].initial_delay);
  }
  const auto first = std::min_element(due_.begin(), due_.end());
  const TimestampNs due = *first;
  if (due > clock || due == kTimeMax) return std::nullopt;
  const ir::Timer& timer = timers_[static_cast<size_t>(first - due_.begin())];
  *first = base::Later(due, timer.interval);
  ++fired_;
  return Firing{timer.table, due};
}

void TimerSet::SkipTo(TimestampNs now) {
  for (size_t i = 0; i < due_.size(); ++i) {
    const DurationNs interval = timers_[i].interval;
    if (due_[i] == kNotStarted) {
      due_[i] = base::Later(now, timers_[i].initial_delay);
    } else if (due_[i] < now) {
      const DurationNs missed = (base::TimeBetween(due_[i], now) - 1) / interval + 1;
      due_[i] = base::Later(now, missed * interval - base::TimeBetween(due_[i], now));
    }
  }
}

TimestampNs TimerSet::next() const {
  TimestampNs next = kTimeMax;
  for (const TimestampNs due : due_) {
    if (due != kNotStarted) next = std::min(next, due);
  }
  return next;
}

void TimerSet::Save(state::StateWriter& out, const Definition& definition) const {
  out.U64(fired_);
  out.U64(timers_.size());
  for (size_t i = 0; i < timers_.size(); ++i) {
    out.Text(definition(timers_[i]));
    out.I64(due_[i]);
  }
}

void TimerSet::Restore(state::StateReader& in, const Definition& definition) {
  fired_ = in.U64();
  for (uint64_t left = in.Count(sizeof(uint32_t) + sizeof(int64_t)); left > 0 && in.ok(); --left) {
    const std::string_view saved = in.Text();
    const TimestampNs due = in.I64();
    for (size_t i = 0; i < timers_.size(); ++i) {
      if (definition(timers_[i]) == saved) due_[i] = due;
    }
  }
}

}  // namespace varpulis::time
