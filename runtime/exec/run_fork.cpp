#include <algorithm>

#include "runtime/exec/engine.h"

// Forks: a row runs through the paths one after the other. What a path puts out goes on before the
// next path begins, unless the fork makes one row of all.

namespace varpulis::exec {

using Combine = ir::ForkOperator::Combine;

Engine::Next Engine::Run(const ir::ForkOperator& op, Cursor& at) {
  const bool combines = op.combine == Combine::AtLeast;
  const TimestampNs time = at.rows->time(at.row);
  uint32_t combined = 0;
  if (combines) {
    row::RowTable& table = Derive(op.table);
    combined = table.AppendRow(time);
    call_.Write(op.kernels[at.variant], *at.rows, at.row, table, combined, 0);
  }
  ForkProgress& progress = StateOf<ForkProgress>(at);
  progress.row = combined;
  progress.first = ForkProgress::kNoPath;
  progress.productive = 0;
  std::fill(progress.has_put_out.begin(), progress.has_put_out.end(), 0);
  for (const ir::ForkOperator::Path& path : op.paths) {
    RunOperators(at.stream, path.begin, at.variant, *at.rows, at.row, nullptr);
  }
  if (!combines) return Next::Done;
  if (progress.productive < op.needed) {
    Derive(op.table).PopRow();
    return Next::Done;
  }
  at.rows = &Derive(op.table);
  at.row = combined;
  at.variant = 0;
  at.op = op.next - 1;
  // The paths have dealt with their errors.
  at.errors = call_.error_counts();
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::PathEndOperator& op, Cursor& at) {
  const auto& fork = std::get<ir::ForkOperator>(plan_.streams[at.stream].operators[op.fork]);
  auto& progress = std::get<ForkProgress>(streams_[at.stream].states[op.fork]);
  if (fork.combine == Combine::AtLeast) {
    call_.Write(op.kernels[at.variant], *at.rows, at.row, Derive(op.table), progress.row,
                op.first_column);
    if (progress.has_put_out[op.path] == 0) ++progress.productive;
    progress.has_put_out[op.path] = 1;
    return Next::Done;
  }
  if (fork.combine == Combine::First) {
    if (progress.first == ForkProgress::kNoPath) progress.first = op.path;
    if (progress.first != op.path) return Next::Done;
  }
  row::RowTable& out = Derive(op.table);
  at.row =
      call_.Project(op.kernels[at.variant], at.rows, at.row, nullptr, out, at.rows->time(at.row));
  at.rows = &out;
  at.variant = op.path;
  at.op = fork.next - 1;
  return Next::GoOn;
}

}  // namespace varpulis::exec
