#pragma once

// A difference made small, as a `.case` to commit.

#include <functional>
#include <string>
#include <vector>

#include "tests/oracle/description.h"

namespace varpulis::oracle {

struct Sample {
  Pattern pattern;
  std::vector<Event> events;
};

// Leaves out events, conditions and outputs as long as `still_differs` says so.
Sample Shrink(Sample sample, const std::function<bool(const Sample&)>& still_differs);

}  // namespace varpulis::oracle
