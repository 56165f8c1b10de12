#include "compiler/ir/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/parallel.h"
#include "compiler/ir/verify_operators.h"
#include "compiler/ir/verify_pattern.h"
#include "compiler/ir/verify_trend.h"

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

uint32_t Table::AddColumn(const std::string& column, Type type) {
  const auto place = static_cast<uint32_t>(columns.size());
  columns.push_back({column, type});
  places.emplace(column, place);
  return place;
}

int Table::Find(const std::string& column) const {
  if (places.size() == columns.size()) {
    const auto place = places.find(column);
    return place == places.end() ? -1 : static_cast<int>(place->second);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

std::vector<TableId> InputTables(const StreamPlan& stream) {
  std::vector<TableId> tables;
  for (const StreamInput& input : stream.inputs) tables.push_back(input.table);
  if (stream.join) {
    for (uint32_t side = 0; side < stream.join->side_count(); ++side) {
      for (const JoinInput& input : stream.join->side(side).inputs) tables.push_back(input.table);
    }
  }
  const std::vector<PatternStepPlan>* steps = StepsOf(stream);
  if (steps == nullptr) return tables;
  for (const PatternStepPlan& step : *steps) {
    for (const StepInput& input : step.inputs) tables.push_back(input.table);
  }
  return tables;
}

namespace {

// The first kernel that is wrong, whoever finds it.
Status VerifyKernels(const std::vector<Kernel>& kernels, unsigned threads) {
  constexpr size_t kAtOnce = 64;
  std::vector<Status> blocks((kernels.size() + kAtOnce - 1) / kAtOnce);
  base::ParallelFor(blocks.size(), threads, [&](size_t block) {
    const size_t end = std::min(kernels.size(), (block + 1) * kAtOnce);
    for (size_t i = block * kAtOnce; i < end && blocks[block].ok(); ++i) {
      blocks[block] = Verify(kernels[i]);
    }
  });
  for (Status& status : blocks) {
    if (!status.ok()) return std::move(status);
  }
  return {};
}

}  // namespace

Status Verify(const Plan& plan, unsigned threads) {
  if (Status status = VerifyKernels(plan.kernels, threads); !status.ok()) return status;
  for (const Timer& timer : plan.timers) {
    const bool has_rows = timer.table < plan.tables.size() &&
                          plan.tables[timer.table].kind == Table::Kind::Timer &&
                          plan.tables[timer.table].columns.size() == 1 &&
                          plan.tables[timer.table].columns[kTimerTimeColumn].type == Type::Int;
    if (!has_rows) return {StatusCode::Internal, "plan: table of a timer"};
    if (timer.interval <= 0 || timer.initial_delay < 0) {
      return {StatusCode::Internal, fmt::format("plan: timer {}", plan.tables[timer.table].name)};
    }
  }
  for (const StreamPlan& stream : plan.streams) {
    const TimeBounds& time = stream.time;
    const bool sound = time.lateness >= 0 && time.out_of_order.value_or(0) >= 0 &&
                       (time.reorders || !time.out_of_order) &&
                       (time.watermarked || (!time.reorders && time.lateness == 0));
    if (!sound) return {StatusCode::Internal, fmt::format("plan: time of {}", stream.name)};
    for (const StreamInput& input : stream.inputs) {
      if (input.table >= plan.tables.size()) return {StatusCode::Internal, "plan: input table"};
      if (input.filter == kNoKernel) continue;
      Status status = CheckKernel(plan, input.filter, KernelResult::Bool, "filter");
      if (!status.ok()) return status;
    }
    if (Status status = VerifyOperators(plan, stream); !status.ok()) return status;
    if (stream.trend) {
      if (Status status = VerifyTrend(plan, stream); !status.ok()) return status;
    }
    if (!stream.pattern) continue;
    if (Status status = VerifyPattern(plan, stream); !status.ok()) return status;
  }
  return {};
}

}  // namespace varpulis::ir
