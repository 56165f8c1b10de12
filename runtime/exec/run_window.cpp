// Windows: rows that enter them, and the batches that come out.

#include <algorithm>

#include "runtime/exec/engine.h"
#include "runtime/kernel/order.h"

namespace varpulis::exec {

// Where the window at the cursor writes its rows.
row::RowTable& Engine::WindowRows(const Cursor& at) {
  const ir::Operator& op = plan_.streams[at.stream].operators[at.op];
  const auto* aggregate = std::get_if<ir::AggregateOperator>(&op);
  return Derive(aggregate != nullptr ? aggregate->table : std::get<ir::WindowOperator>(op).table);
}

Engine::Next Engine::AddToWindow(const ir::Windowing& windowing, Cursor& at) {
  uint64_t hash = 0;
  if (!windowing.hash.empty()) {
    const bool known = at.op == 0 && at.input != nullptr;
    hash = static_cast<uint64_t>(known ? at.input->hashes[at.row]
                                       : call_.Int(windowing.hash[at.variant], *at.rows, at.row));
  }
  row::RowTable& out = WindowRows(at);
  window::WindowState& windows = *streams_[at.stream].windows[at.op];
  windows.set_event(order_.event);
  if (ir::IsOnGrid(windowing)) windows.set_clock(WindowClock(streams_[at.stream]));
  windows.Add(call_, *at.rows, at.row, at.variant, hash, out,
              [&](uint32_t result) { OutputWindow(out, result, at); });
  if (ir::IsTimed(windowing.kind) && windows.IsDue(WindowClock(streams_[at.stream]))) {
    has_overdue_ = true;
  }
  return Next::Done;
}

Engine::Next Engine::Run(const ir::AggregateOperator& op, Cursor& at) {
  return AddToWindow(op.windowing, at);
}

Engine::Next Engine::Run(const ir::WindowOperator& op, Cursor& at) {
  return AddToWindow(op.windowing, at);
}

// What was counted since the cursor's errors, was counted for the window's own row.
void Engine::OutputWindow(const row::RowTable& out, uint32_t row, Cursor& at) {
  if (row == op::kEndOfBatch) {
    EndRowBatch(at);
  } else {
    ++window_rows_;
    Cursor result = at;
    result.rows = &out;
    result.row = row;
    if (IsRefused(result)) {
      Recover(result);
    } else {
      RunOperators(at.stream, at.op + 1, 0, out, row, nullptr);
    }
  }
  at.errors = call_.error_counts();
}

// Operators behind the cursor that wait for the end of its batch, one after the other: what one of
// them puts out may be what the next one waits for.
void Engine::EndRowBatch(const Cursor& at) {
  for (size_t index : streams_[at.stream].batch_ends) {
    if (index <= at.op || failure_) continue;
    Cursor end{at.stream, index, 0, nullptr, 0, nullptr};
    end.errors = call_.error_counts();
    const ir::Operator& op = plan_.streams[at.stream].operators[index];
    if (const auto* sort = std::get_if<ir::SortOperator>(&op)) {
      RunSorted(*sort, end);
      continue;
    }
    row::RowTable& out = WindowRows(end);
    streams_[at.stream].windows[index]->CloseBatch(
        call_, out, [&](uint32_t row) { OutputWindow(out, row, end); });
  }
}

Engine::Next Engine::Run(const ir::SortOperator& op, Cursor& at) {
  const std::optional<uint32_t> key = Evaluate(op.key_kernels, Derive(op.key_table), at);
  if (!key) return Next::Drop;
  const uint32_t row = call_.Project(op.kernels[at.variant], at.rows, at.row, nullptr,
                                     Derive(op.table), at.rows->time(at.row));
  StateOf<SortBatch>(at).rows.push_back({row, *key});
  return Next::Done;
}

void Engine::RunSorted(const ir::SortOperator& op, Cursor& at) {
  std::vector<SortBatch::Row> rows = std::move(StateOf<SortBatch>(at).rows);
  StateOf<SortBatch>(at).rows.clear();
  const row::RowTable& keys = Derive(op.key_table);
  // Absent keys are last in both directions.
  const auto before = [&](const SortBatch::Row& a, const SortBatch::Row& b) {
    for (uint32_t k = 0; k < op.descending.size(); ++k) {
      const abi::Cell left = keys.Get(k, a.key);
      const abi::Cell right = keys.Get(k, b.key);
      const bool turns = op.descending[k] && !left.absent() && !right.absent();
      if (kernel::SortsBefore(turns ? right : left, turns ? left : right)) return true;
      if (kernel::SortsBefore(turns ? left : right, turns ? right : left)) return false;
    }
    return false;
  };
  std::stable_sort(rows.begin(), rows.end(), before);
  for (const SortBatch::Row& row : rows) {
    RunOperators(at.stream, at.op + 1, 0, Derive(op.table), row.row, nullptr);
  }
}

}  // namespace varpulis::exec
