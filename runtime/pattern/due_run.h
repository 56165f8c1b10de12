#pragma once

// Runs by the time at which they began, so that those out of time are in front, equal ones in order of their
// creation.

#include <cstdint>

#include "base/time.h"
#include "runtime/operator/record_store.h"

namespace varpulis::pattern {

struct DueRun {
  TimestampNs start;
  op::RecordId run;
  // Of the run, which may be gone: counted up with each run, and begins anew after 2^32.
  uint32_t generation;

  bool operator>(const DueRun& other) const {
    if (start != other.start) return start > other.start;
    return static_cast<int32_t>(generation - other.generation) > 0;
  }
};

}  // namespace varpulis::pattern
