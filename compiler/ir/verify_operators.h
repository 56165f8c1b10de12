#pragma once

// Whether the operators of a stream fit together. Private to compiler/ir; Verify(plan) calls it.

#include "base/status.h"
#include "compiler/ir/plan.h"

namespace varpulis::ir {

// Checks that every operator has its error policy, that kernels exist and have the result that their
// operator takes, that tables exist, and that the paths of forks lie behind each other and lead back.
Status VerifyOperators(const Plan& plan, const StreamPlan& stream);

}  // namespace varpulis::ir
