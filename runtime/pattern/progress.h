#pragma once

// How far runs have got, by the state in which they wait.

#include <cstdint>
#include <vector>

#include "compiler/ir/pattern_plan.h"

namespace varpulis::pattern {

// By state: the fewest steps that a run has taken that waits there; UINT32_MAX if none can.
std::vector<uint32_t> StepsTaken(const ir::PatternPlan& plan);

// What a run in a state needs for a match, at the least.
struct StepsLeft {
  uint32_t steps = UINT32_MAX;
  bool then_waits = false;  // with them taken, the match comes at its deadline
};
std::vector<StepsLeft> StepsLeftOf(const ir::PatternPlan& plan);

}  // namespace varpulis::pattern
