#pragma once

// The timers of a program (language.md 3): which of them fires next as the program's clock moves. The
// first event starts them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "compiler/ir/plan.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::time {

class TimerSet {
 public:
  // The timers outlive the set.
  explicit TimerSet(const std::vector<ir::Timer>& timers)
      : timers_(timers), due_(timers.size(), kNotStarted) {}

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
  // For timers that go by the time of day: they start at `now`, and what they have missed by then is passed over.
  void SkipTo(TimestampNs now);
  // When the next of those that have started fires; kTimeMax: none will.
  TimestampNs next() const;

  // When they fire next, by what each of them is (`definition` of a timer); one of them that was not
  // saved starts with the next event.
  using Definition = std::function<std::string(const ir::Timer&)>;
  void Save(state::StateWriter& out, const Definition& definition) const;
  void Restore(state::StateReader& in, const Definition& definition);

 private:
  const std::vector<ir::Timer>& timers_;
  static constexpr TimestampNs kNotStarted = kTimeMin;
  std::vector<TimestampNs> due_;  // parallel to the timers
  uint64_t fired_ = 0;
};

}  // namespace varpulis::time
