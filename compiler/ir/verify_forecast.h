#pragma once

// Verification of a stream's forecast, for Verify(Plan).

#include "base/status.h"
#include "compiler/ir/plan.h"

namespace varpulis::ir {

// The stream has a forecast, and a pattern that has been verified.
Status VerifyForecast(const Plan& plan, const StreamPlan& stream);

}  // namespace varpulis::ir
