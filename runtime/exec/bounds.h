#pragma once

// The bounds of a program's state that a user may set (decision D28).

#include <cstddef>

#include "base/limits.h"
#include "runtime/pattern/run_bounds.h"
#include "runtime/trend/sharing_choice.h"

namespace varpulis::exec {

struct Bounds {
  pattern::RunBounds runs;  // of every pattern
  // Rows that wait in the reorder buffer of one stream; with a further one the oldest goes on early.
  size_t max_reorder = limits::kMaxReorderedRows;
  // Bytes of values of one event's matches that wait because other streams read them, which they do when the event
  // is done with (decision D15). More stops the program.
  size_t max_waiting_matches = size_t{4} << 30;
  // Whether streams of trends keep events of a common closure once. Costs depend on it, outputs do not.
  trend::Sharing trends = trend::Sharing::Automatic;
};

}  // namespace varpulis::exec
