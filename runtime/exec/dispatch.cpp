#include <algorithm>

#include "base/limits.h"
#include "runtime/exec/engine.h"

// Phase 2: one row at a time through its consumers, derived rows breadth first.

namespace varpulis::exec {

void Engine::Process(const row::Batch& batch) {
  if (failure_) return;
  Classify(batch);
  uint64_t arrived = batch.first_number;
  for (const row::RowRef& ref : batch.order) {
    if (!timers_.empty()) FireTimers(batch.TimeOf(ref), arrived);
    // What the timers have made is numbered as if it had arrived.
    const uint64_t number = arrived++ + timers_.fired();
    if (failure_) break;
    if (ref.table == row::kUnreadTable) continue;
    ProcessEvent(batch.table_ids[ref.table], batch.tables[ref.table], ref.row, number, true);
    if (failure_) break;
  }
  EndBatch();
}

// Time first, then the event, then what these produced. Every shard sees the event and moves its clock.
void Engine::ProcessEvent(uint32_t table, const row::RowTable& rows, uint32_t row, uint64_t number,
                          bool classified) {
  TableState& state = tables_[table];
  const TimestampNs time = rows.time(row);
  if (time > state.clock || has_overdue_) {
    order_ = {number};
    MoveClock(table, std::max(time, state.clock));
    if (failure_) return;
  }
  if (classified && state.interesting[row] == 0) return;
  order_ = {number, static_cast<uint32_t>(plan_.streams.size())};
  context_.event_number = number;
  context_.random_draws = 0;
  Deliver(table, rows, row, classified);
  Drain();
  // Windows may put out many rows for each one that comes in.
  const bool much =
      window_rows_ > limits::kMaxDerivedRows || arena_.reserved_bytes() > limits::kMaxDerivedBytes;
  if (much) ClearDerived();
}

// All that is due at or before the time of the next event comes before it (language.md 3).
void Engine::FireTimers(TimestampNs clock, uint64_t arrived) {
  while (!failure_) {
    const uint64_t number = arrived + timers_.fired();
    const std::optional<TimerSet::Firing> firing = timers_.Next(clock);
    if (!firing) return;
    row::RowTable& rows = Derive(firing->table);
    const uint32_t row = rows.AppendRow(firing->due);
    rows.SetInt(ir::kTimerTimeColumn, row, firing->due / kNsPerMs);
    ProcessEvent(firing->table, rows, row, number, false);
    if (rows.rows() >= limits::kBatchRows) ClearDerived();
  }
}

void Engine::Deliver(uint32_t table, const row::RowTable& rows, uint32_t row, bool classified) {
  for (Consumer& consumer : tables_[table].consumers) {
    if (failure_) return;
    if (classified) order_.stream = consumer.stream;
    if (streams_[consumer.stream].pattern) {
      OfferToPattern(consumer, rows, row, classified);
      continue;
    }
    if (streams_[consumer.stream].join) {
      OfferToJoin(consumer, rows, row, classified);
      continue;
    }
    for (Input& input : consumer.inputs) {
      if (!Passes(input, rows, row, classified)) continue;
      ++streams_[consumer.stream].statistics.rows_in;
      const bool known = classified && !input.ordered;
      RunOperators(consumer.stream, 0, input.variant, rows, row, known ? &input : nullptr);
    }
  }
}

bool Engine::Passes(const Input& input, const row::RowTable& rows, uint32_t row, bool classified) {
  if (classified && !input.ordered) return input.mask.empty() || input.mask[row] != 0;
  return input.filter == ir::kNoKernel || call_.Test(input.filter, rows, row);
}

void Engine::OfferToPattern(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                            bool classified) {
  hits_.clear();
  for (Input& input : consumer.inputs) {
    if (!Passes(input, rows, row, classified)) continue;
    uint64_t probe = 0;
    if (input.hash != ir::kNoKernel) {
      probe = static_cast<uint64_t>(
          classified && !input.ordered ? input.hashes[row] : call_.Int(input.hash, rows, row));
    }
    hits_.push_back({input.step, input.step_input, probe});
  }
  if (hits_.empty()) return;
  StreamState& state = streams_[consumer.stream];
  ++state.statistics.rows_in;
  ir::TableId match_table = plan_.streams[consumer.stream].pattern->match_table;
  state.pattern->set_event(order_.event);
  state.pattern->Offer(call_, rows, row, hits_, PatternClock(state), Derive(match_table),
                       [&](uint32_t match) { OutputMatch(consumer.stream, match); });
}

// A row that passes several times, through filters of one type, joins each time: with what came before.
void Engine::OfferToJoin(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                         bool classified) {
  StreamState& state = streams_[consumer.stream];
  const ir::TableId match_table = plan_.streams[consumer.stream].join->match_table;
  for (Input& input : consumer.inputs) {
    if (!Passes(input, rows, row, classified)) continue;
    const auto hash = static_cast<uint64_t>(
        classified && !input.ordered ? input.hashes[row] : call_.Int(input.hash, rows, row));
    ++state.statistics.rows_in;
    state.join->set_event(order_.event);
    state.join->Offer(call_, rows, row, input.step, input.step_input, hash, Derive(match_table),
                      [&](uint32_t match) { OutputMatch(consumer.stream, match); });
  }
}

void Engine::OutputMatch(uint32_t stream, uint32_t match) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  const ir::TableId table = plan.pattern ? plan.pattern->match_table : plan.join->match_table;
  RunOperators(stream, 0, 0, Derive(table), match, nullptr);
}

void Engine::Drain() {
  while (!queue_.empty() && !failure_) {
    Derived next = queue_.front();
    queue_.pop_front();
    order_ = next.order;
    Deliver(next.table, Derive(next.table), next.row, false);
  }
  queue_.clear();
}

}  // namespace varpulis::exec
