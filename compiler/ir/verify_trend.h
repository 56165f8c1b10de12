#pragma once

// Verification of a stream's trends, for Verify(Plan).

#include "base/status.h"
#include "compiler/ir/plan.h"

namespace varpulis::ir {

// The stream has trends.
Status VerifyTrend(const Plan& plan, const StreamPlan& stream);

}  // namespace varpulis::ir
