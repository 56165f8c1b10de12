#pragma once

// What the state of a stream depends on, as text: two streams with equal definitions may take over each
// other's state (operations.md 6.3). Expressions that only look at rows (filters, guards, projections) are no
// part of it; record layouts are, with names, types and offsets.

#include <string>

#include "compiler/ir/plan.h"

namespace varpulis::ir {

std::string StateDefinition(const Plan& plan, const StreamPlan& stream);
// Of a timer.
std::string StateDefinition(const Plan& plan, const Timer& timer);

}  // namespace varpulis::ir
