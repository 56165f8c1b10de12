#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "runtime/exec/engine.h"
#include "runtime/exec/row_text.h"

// One row through the operators of its stream. Evaluation errors go to the handler that the plan
// names for the operator, before the operator has any other effect.

namespace varpulis::exec {

void Engine::RunOperators(uint32_t stream, size_t from, size_t variant, const row::RowTable& rows,
                          uint32_t row, const Input* input) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  Cursor at{stream, from, variant, &rows, row, input};
  for (; at.op < plan.operators.size(); ++at.op) {
    if (failure_) return;
    const ir::ErrorPolicy policy = plan.on_error[at.op].policy;
    const bool handled = policy != ir::ErrorPolicy::Null;
    if (handled) at.errors = call_.error_counts();
    const Cursor before = at;
    const Next next =
        std::visit([&](const auto& op) { return Run(op, at); }, plan.operators[at.op]);
    if (next == Next::Done) return;
    if (handled && IsRefused(at)) return Recover(before);
    if (next == Next::Drop) return;
  }
  if (plan.has_readers) {
    ++queued_;
    queue_.push_back({plan.outputs[at.variant], at.row, order_.Deeper()});
  }
}

bool Engine::IsRefused(const Cursor& at) {
  const ir::ErrorPolicy policy = plan_.streams[at.stream].on_error[at.op].policy;
  if (policy == ir::ErrorPolicy::Null || call_.error_counts() == at.errors) return false;
  if (policy == ir::ErrorPolicy::Stop)
    Stop(at.stream, *at.rows, at.row, ErrorName(ErrorAt(at)), ".on_error(\"stop\")");
  return true;
}

// The first kind of error that was counted since the cursor's.
abi::EvalError Engine::ErrorAt(const Cursor& at) const {
  const auto errors = call_.error_counts();
  const auto grown = std::mismatch(errors.begin(), errors.end(), at.errors.begin()).first;
  return static_cast<abi::EvalError>(grown - errors.begin());
}

void Engine::Stop(uint32_t stream, const row::RowTable& rows, uint32_t row, std::string_view reason,
                  std::string_view asked_by) {
  if (failure_) return;
  failure_ = {order_, plan_.streams[stream].name, std::string(reason), std::string(asked_by),
              fmt::format("{} {} {}", rows.schema().event_type,
                          base::FormatTimestamp(rows.time(row)), RowText(rows, row))};
}

// What the handler makes of the row that failed goes on behind it.
void Engine::Recover(const Cursor& at) {
  const ir::StreamPlan& plan = plan_.streams[at.stream];
  const ir::OnError& on_error = plan.on_error[at.op];
  if (on_error.policy != ir::ErrorPolicy::Handle) return;
  const ir::ErrorHandler& handler = plan.handlers[on_error.handler];
  const auto kernel =
      std::find_if(handler.kernels.begin(), handler.kernels.end(),
                   [&](const auto& k) { return &plan_.tables[k.first] == &at.rows->schema(); });
  VPL_CHECK(kernel != handler.kernels.end(), "no handler for rows of {}", at.rows->schema().name);
  context_.handled_error = ErrorName(ErrorAt(at));
  context_.handled_stage = on_error.stage;
  row::RowTable& out = Derive(handler.table);
  const uint32_t row =
      call_.Project(kernel->second, at.rows, at.row, nullptr, out, at.rows->time(at.row));
  if (out.Get(0, row).absent()) return out.PopRow();
  RunOperators(at.stream, handler.resume, 0, out, row, nullptr);
}

std::optional<uint32_t> Engine::Evaluate(const std::vector<ir::KernelId>& kernels,
                                         row::RowTable& values, const Cursor& at) {
  const uint32_t written =
      call_.Project(kernels[at.variant], at.rows, at.row, nullptr, values, at.rows->time(at.row));
  if (!IsRefused(at)) return written;
  values.PopRow();
  return std::nullopt;
}

Engine::Next Engine::Run(const ir::FilterOperator& op, Cursor& at) {
  const bool passes = call_.Test(op.predicates[at.variant], *at.rows, at.row);
  if (trace_) trace_->Filtered(at.stream, op, at.variant, passes, *at.rows, at.row);
  return passes ? Next::GoOn : Next::Drop;
}

Engine::Next Engine::Run(const ir::ProjectOperator& op, Cursor& at) {
  row::RowTable& out = Derive(op.table);
  at.row =
      call_.Project(op.kernels[at.variant], at.rows, at.row, nullptr, out, at.rows->time(at.row));
  at.rows = &out;
  at.variant = 0;
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::EmitOperator& op, Cursor& at) {
  StreamStatistics& statistics = streams_[at.stream].statistics;
  const TimestampNs time = at.rows->time(at.row);
  if (statistics.outputs++ == 0) statistics.first_output = time;
  statistics.last_output = time;
  ++outputs_;
  if (trace_) trace_->Emitted(at.stream, op.keys[at.variant], *at.rows, at.row);
  sink_.Emit(at.stream, op.keys[at.variant], *at.rows, at.row);
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::ProcessOperator& op, Cursor& at) {
  call_.Evaluate(op.kernels[at.variant], *at.rows, at.row);
  std::vector<abi::CollectedEvent> events;
  events.swap(context_.collected);
  if (IsRefused(at)) return Next::Drop;
  for (const abi::CollectedEvent& event : events) {
    const auto place = std::find(op.events.begin(), op.events.end(), event.type);
    VPL_CHECK(place != op.events.end(), "event type {} is not expected", event.type);
    const auto made = static_cast<size_t>(place - op.events.begin());
    row::RowTable& out = Derive(op.tables[made]);
    const uint32_t written = out.AppendRow(at.rows->time(at.row));
    out.SetCell(0, written, event.fields);
    RunOperators(at.stream, at.op + 1, made, out, written, nullptr);
  }
  return Next::Done;
}

Engine::Next Engine::Run(const ir::LimitOperator& op, Cursor& at) {
  Passed& passed = StateOf<Passed>(at);
  if (passed.rows >= op.rows) return Next::Drop;
  ++passed.rows;
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::DistinctOperator& op, Cursor& at) {
  row::RowTable& keys = Derive(op.table);
  const std::optional<uint32_t> key = Evaluate(op.kernels, keys, at);
  if (!key) return Next::Drop;
  const bool is_new = StateOf<std::unique_ptr<op::DistinctState>>(at)->IsNew(call_, keys, *key);
  keys.PopRow();
  return is_new ? Next::GoOn : Next::Drop;
}

}  // namespace varpulis::exec
