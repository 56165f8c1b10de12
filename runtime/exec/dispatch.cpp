#include <algorithm>

#include "base/limits.h"
#include "runtime/exec/engine.h"

// Phase 2: one row at a time through its consumers, derived rows breadth first.

namespace varpulis::exec {

void Engine::Process(const row::Batch& batch) {
  if (failure_) return;
  Classify(batch);
  uint64_t event = batch.first_number;
  for (const row::RowRef& ref : batch.order) {
    const uint64_t number = event++;
    if (trace_) TraceEvent(batch, ref, number);
    if (ref.table == row::kUnreadTable) continue;
    uint32_t table = batch.table_ids[ref.table];
    const row::RowTable& rows = batch.tables[ref.table];
    TableState& state = tables_[table];
    TimestampNs time = rows.time(ref.row);
    if (time > state.clock || has_overdue_) {
      order_ = {number};
      MoveClock(table, std::max(time, state.clock));
      if (failure_) break;
    }
    if (state.interesting[ref.row] == 0 && !trace_) continue;
    order_ = {number, static_cast<uint32_t>(plan_.streams.size())};
    context_.event_number = number;
    context_.random_draws = 0;
    Deliver(table, rows, ref.row, true);
    Drain();
    if (failure_) break;
    // Windows may put out many rows for each one that comes in.
    const bool much = window_rows_ > limits::kMaxDerivedRows ||
                      arena_.reserved_bytes() > limits::kMaxDerivedBytes;
    if (much) ClearDerived();
  }
  EndBatch();
}

void Engine::Deliver(uint32_t table, const row::RowTable& rows, uint32_t row, bool classified) {
  for (Consumer& consumer : tables_[table].consumers) {
    if (failure_) return;
    if (classified) order_.stream = consumer.stream;
    if (streams_[consumer.stream].pattern) {
      OfferToPattern(consumer, rows, row, classified);
      continue;
    }
    if (streams_[consumer.stream].trend) {
      OfferToTrend(consumer, rows, row, classified);
      continue;
    }
    if (streams_[consumer.stream].join) {
      OfferToJoin(consumer, rows, row, classified);
      continue;
    }
    for (Input& input : consumer.inputs) {
      const bool passes = Passes(input, rows, row, classified);
      if (trace_) TraceOffer(consumer, input, passes, rows, row);
      if (!passes) continue;
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
    const bool passes = Passes(input, rows, row, classified);
    if (trace_) TraceOffer(consumer, input, passes, rows, row);
    if (!passes) continue;
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
  if (trace_) {
    trace_->set_stream(consumer.stream);
    // Runs whose time is over are gone before the row comes, not at the end of the batch.
    state.pattern->Expire(call_, PatternClock(state));
  }
  state.pattern->set_event(order_.event);
  state.pattern->Offer(call_, rows, row, hits_, PatternClock(state), Derive(match_table),
                       [&](uint32_t match) { OutputMatch(consumer.stream, match); });
  if (trace_) trace_->Runs(*state.pattern, hits_);
  if (state.pattern->overflowed()) {
    Stop(consumer.stream, rows, row, "too many open runs", "--run-overflow error");
  }
}

void Engine::OfferToTrend(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                          bool classified) {
  trend_hits_.clear();
  uint64_t hash = 0;
  for (Input& input : consumer.inputs) {
    // By whichever filters it comes, it is one event of the step (decision D19).
    const bool known = !trend_hits_.empty() && trend_hits_.back().step == input.step;
    const bool passes = Passes(input, rows, row, classified);
    if (trace_) TraceOffer(consumer, input, passes, rows, row);
    if (known || !passes) continue;
    // The key is the same whatever the step.
    if (input.hash != ir::kNoKernel && trend_hits_.empty()) {
      hash = static_cast<uint64_t>(classified && !input.ordered ? input.hashes[row]
                                                                : call_.Int(input.hash, rows, row));
    }
    trend_hits_.push_back({input.step, input.step_input});
  }
  if (trend_hits_.empty()) return;
  StreamState& state = streams_[consumer.stream];
  ++state.statistics.rows_in;
  state.trend->set_event(order_.event);
  state.trend->Offer(call_, rows, row, trend_hits_, hash,
                     Derive(plan_.streams[consumer.stream].trend->table),
                     [&](uint32_t result) { OutputMatch(consumer.stream, result); });
  if (state.trend->next_due() <= WindowClock(state)) has_overdue_ = true;
}

// A row that passes several times, through filters of one type, joins each time: with what came before.
void Engine::OfferToJoin(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                         bool classified) {
  StreamState& state = streams_[consumer.stream];
  const ir::TableId match_table = plan_.streams[consumer.stream].join->match_table;
  for (Input& input : consumer.inputs) {
    const bool passes = Passes(input, rows, row, classified);
    if (trace_) TraceOffer(consumer, input, passes, rows, row);
    if (!passes) continue;
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
  const ir::TableId table = plan.pattern ? plan.pattern->match_table
                            : plan.trend ? plan.trend->table
                                         : plan.join->match_table;
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
