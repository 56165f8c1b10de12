#include "compiler/ir/plan.h"

#include <fmt/format.h>

#include "compiler/ir/verify_operators.h"

namespace varpulis::ir {
namespace {

Status CheckKernel(const Plan& plan, KernelId id, KernelResult result, const char* what) {
  if (id >= plan.kernels.size()) {
    return {StatusCode::Internal, fmt::format("plan: {} names kernel {}", what, id)};
  }
  if (plan.kernels[id].result != result) {
    return {StatusCode::Internal,
            fmt::format("plan: {} has the wrong result", plan.kernels[id].name)};
  }
  return {};
}

}  // namespace

int Table::Find(const std::string& column) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

Status Verify(const Plan& plan) {
  for (const Kernel& kernel : plan.kernels) {
    if (Status status = Verify(kernel); !status.ok()) return status;
  }
  for (const StreamPlan& stream : plan.streams) {
    for (const StreamInput& input : stream.inputs) {
      if (input.table >= plan.tables.size()) return {StatusCode::Internal, "plan: input table"};
      if (input.filter == kNoKernel) continue;
      Status status = CheckKernel(plan, input.filter, KernelResult::Bool, "filter");
      if (!status.ok()) return status;
    }
    if (Status status = VerifyOperators(plan, stream); !status.ok()) return status;
    if (!stream.pattern) continue;
    for (const PatternStepPlan& step : stream.pattern->steps) {
      for (const StepInput& input : step.inputs) {
        if (step.keyed != (input.probe != kNoKernel)) {
          return {StatusCode::Internal,
                  fmt::format("plan: step of {} keyed without probe", stream.name)};
        }
      }
    }
  }
  return {};
}

}  // namespace varpulis::ir
