#pragma once

// Checks the pattern of a stream for what the runtime takes for granted. Private to compiler/ir.

#include "compiler/ir/plan.h"

namespace varpulis::ir {

Status VerifyPattern(const Plan& plan, const StreamPlan& stream);

}  // namespace varpulis::ir
