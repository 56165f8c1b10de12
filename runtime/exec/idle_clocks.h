#pragma once

// The clocks of event types that have become silent go on by the host's clock (idle grace: language-later.md 6.1,
// decision E12). A type that has sent nothing for the grace has the clock `latest event time + (time since its
// last arrival - grace)`.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace varpulis::exec {

class IdleClocks {
 public:
  // Of so many tables; of none of them anything is known.
  explicit IdleClocks(size_t tables) : types_(tables) {}

  // Starts anew: a type of which something is known goes by its clock from now on. A grace of 0: no type ages.
  void Restart(DurationNs grace) {
    grace_ = grace;
    for (Type& type : types_) type = {};
  }
  void Begin(uint32_t table, TimestampNs clock, TimestampNs now) {
    types_[table] = {clock, now, false};
  }
  // An event of the time, which arrived when Arrive says.
  void Note(uint32_t table, TimestampNs time) {
    types_[table].latest = std::max(types_[table].latest, time);
    types_[table].is_new = true;
  }
  void Arrive(TimestampNs now) {
    for (Type& type : types_) {
      if (type.is_new) type.arrived = now;
      type.is_new = false;
    }
  }
  // kTimeMin: nothing is known of the type.
  TimestampNs ClockAt(uint32_t table, TimestampNs now) const {
    const Type& type = types_[table];
    if (grace_ == 0 || type.latest == kTimeMin) return kTimeMin;
    const DurationNs idle = base::TimeBetween(type.arrived, now);
    return idle <= grace_ ? type.latest : base::Later(type.latest, idle - grace_);
  }
  // When that clock will be there if nothing comes; kTimeMax: never.
  TimestampNs ReachedAt(uint32_t table, TimestampNs clock) const {
    const Type& type = types_[table];
    if (grace_ == 0 || type.latest == kTimeMin || clock == kTimeMax) return kTimeMax;
    const DurationNs ahead = std::max<DurationNs>(base::TimeBetween(type.latest, clock), 0);
    return base::Later(base::Later(type.arrived, grace_), ahead);
  }

 private:
  struct Type {
    TimestampNs latest = kTimeMin;
    TimestampNs arrived = 0;
    bool is_new = false;  // has sent something since the last Arrive
  };
  DurationNs grace_ = 0;
  std::vector<Type> types_;  // by ir::TableId
};

}  // namespace varpulis::exec
