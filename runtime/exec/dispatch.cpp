#include <algorithm>

#include "base/limits.h"
#include "runtime/exec/engine.h"

// Phase 2: one row at a time through its consumers, derived rows breadth first.

namespace varpulis::exec {

void Engine::Process(const row::Batch& batch) {
  if (failure_) return;
  for (size_t i = 0; i < batch.tables.size(); ++i) {
    rows_of_tables_[batch.table_ids[i]] += batch.tables[i].rows();
  }
  if (idle_) NoteArrivals(batch);
  Classify(batch);
  for (const row::RowRef& ref : batch.order) {
    if (!timers_.empty() && !idle_) FireTimers(batch.TimeOf(ref), events_);
    if (failure_) break;
    if (trace_) TraceEvent(batch, ref, events_);
    // What the timers have made is numbered as if it had arrived.
    const uint64_t number = events_++ + timers_.fired();
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
  if (classified && state.interesting[row] == 0 && !trace_) return;
  order_ = {number, static_cast<uint32_t>(plan_.streams.size())};
  context_.event_number = number;
  context_.random_draws = 0;
  Deliver(table, rows, row, classified);
  Drain();
  // Windows may put out many rows for each one that comes in.
  const bool much = window_rows_ > limits::kMaxDerivedRows || !part_.is_first() ||
                    part_.kept_bytes() > 0 || arena_.reserved_bytes() > limits::kMaxDerivedBytes;
  if (much) ClearDerived();
}

// All that is due at or before the time of the next event comes before it (language.md 3).
void Engine::FireTimers(TimestampNs clock, uint64_t arrived) {
  while (!failure_) {
    const uint64_t number = arrived + timers_.fired();
    const std::optional<time::TimerSet::Firing> firing = timers_.Next(clock);
    if (!firing) return;
    row::RowTable& rows = Derive(firing->table);
    const uint32_t row = rows.AppendRow(firing->due);
    rows.SetInt(ir::kTimerTimeColumn, row, firing->due / kNsPerMs);
    if (trace_) trace_->Event(arrived, rows, row);
    ProcessEvent(firing->table, rows, row, number, false);
    if (rows.rows() >= limits::kBatchRows) ClearDerived();
  }
}

void Engine::Deliver(uint32_t table, const row::RowTable& rows, uint32_t row, bool classified) {
  TableState& state = tables_[table];
  if (!classified) ++rows_of_tables_[table];
  const bool is_kept = classified && !trace_ && KeepForGroups(state, rows, row);
  if (is_kept) {
    for (size_t i = 0; i < state.alone.size() && !failure_; ++i)
      Offer(table, state.alone[i], rows, row, classified);
    return;
  }
  for (uint32_t i = 0; i < state.consumers.size() && !failure_; ++i) {
    const uint32_t group = state.consumers[i].group;
    if (group != kNoGroup && !trend_groups_[group].offers && classified && !trace_) continue;
    Offer(table, i, rows, row, classified);
  }
}

void Engine::Offer(uint32_t table, uint32_t at, const row::RowTable& rows, uint32_t row,
                   bool classified) {
  Consumer& consumer = tables_[table].consumers[at];
  StreamState& state = streams_[consumer.stream];
  if (classified) order_.stream = consumer.stream;
  if (state.reorder) return Reorder(table, at, rows, row, classified);
  if (state.pattern) return OfferToPattern(consumer, rows, row, classified);
  if (state.trend) return OfferToTrend(consumer, rows, row, classified);
  for (Input& input : consumer.inputs) {
    const bool passes = Passes(input, rows, row, classified);
    if (trace_) TraceOffer(consumer, input, passes, rows, row);
    if (!passes) continue;
    ++state.statistics.rows_in;
    if (state.join) {
      TakeIntoJoin(consumer.stream, input, Probe(input, rows, row, classified), rows, row);
      continue;
    }
    const bool known = classified && !input.ordered;
    RunOperators(consumer.stream, 0, input.variant, rows, row, known ? &input : nullptr);
  }
}

bool Engine::Passes(const Input& input, const row::RowTable& rows, uint32_t row, bool classified) {
  if (classified && !input.ordered) {
    const std::vector<uint8_t>& mask = (input.same_as != nullptr ? *input.same_as : input).mask;
    return mask.empty() || mask[row] != 0;
  }
  return input.filter == ir::kNoKernel || call_.Test(input.filter, rows, row);
}

uint64_t Engine::Probe(const Input& input, const row::RowTable& rows, uint32_t row,
                       bool classified) {
  if (input.hash == ir::kNoKernel) return 0;
  if (!classified || input.ordered) return static_cast<uint64_t>(call_.Int(input.hash, rows, row));
  return static_cast<uint64_t>((input.same_as != nullptr ? *input.same_as : input).hashes[row]);
}

void Engine::OfferToPattern(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                            bool classified) {
  hits_.clear();
  watched_.reset();
  for (Input& input : consumer.inputs) {
    const bool passes = Passes(input, rows, row, classified);
    if (trace_) TraceOffer(consumer, input, passes, rows, row);
    if (passes) AddPatternHit(input, rows, row, classified);
  }
  if (hits_.empty() && !watched_) return;
  ++streams_[consumer.stream].statistics.rows_in;
  TakeIntoPattern(consumer.stream, rows, row);
}

void Engine::AddPatternHit(const Input& input, const row::RowTable& rows, uint32_t row,
                           bool classified) {
  const uint64_t hash = Probe(input, rows, row, classified);
  if (!input.is_watched) {
    hits_.push_back({input.step, input.step_input, hash});
  } else if (!watched_) {
    // By whichever filters it comes, it is one event.
    watched_ = {input.step_input, hash};
  }
}

// The row concerns the steps of `hits_`, or is one that a forecast watches.
void Engine::TakeIntoPattern(uint32_t stream, const row::RowTable& rows, uint32_t row) {
  StreamState& state = streams_[stream];
  row::RowTable& matches = Derive(plan_.streams[stream].pattern->match_table);
  const auto emit = [&](uint32_t match) { OutputMatch(stream, match); };
  const TimestampNs clock = PatternClock(state);
  if (trace_) trace_->set_stream(stream);
  BeginMatches();
  if (watched_) state.forecast->Begin(call_, watched_->input, watched_->hash, rows, row);
  // Runs whose time is over are gone before the row comes, not at the end of the batch.
  if (trace_ || state.forecast) state.pattern->Expire(call_, clock);
  // Of late events there may be runs whose deadline had passed when they were opened.
  const TimestampNs reached = std::max(clock, base::Earlier(rows.time(row), Lateness(state)));
  if (state.pattern->next_due() < reached) state.pattern->Fire(call_, reached, matches, emit);
  state.pattern->set_event(order_.event);
  state.pattern->Offer(call_, rows, row, hits_, clock, matches, emit);
  if (trace_) trace_->Runs(*state.pattern, hits_);
  if (state.pattern->overflowed())
    return Stop(stream, rows, row, "too many open runs", "--run-overflow error");
  if (watched_) OutputForecast(stream, rows, row);
}

// Of the runs as the event has left them (language.md 8.2).
void Engine::OutputForecast(uint32_t stream, const row::RowTable& rows, uint32_t row) {
  StreamState& state = streams_[stream];
  const auto forecast = state.forecast->Foretell(call_, rows, row, hits_, *state.pattern);
  if (!forecast) return;
  row::RowTable& out = Derive(plan_.streams[stream].forecast->table);
  const uint32_t written = state.forecast->Write(call_, *forecast, rows, row, *state.pattern, out);
  RunOperators(stream, 0, 0, out, written, nullptr);
}

void Engine::OfferToTrend(Consumer& consumer, const row::RowTable& rows, uint32_t row,
                          bool classified) {
  trend_hits_.clear();
  uint64_t hash = 0;
  for (Input& input : consumer.inputs) {
    const bool passes = Passes(input, rows, row, classified);
    if (trace_) TraceOffer(consumer, input, passes, rows, row);
    if (passes) AddTrendHit(input, rows, row, classified, hash);
  }
  if (trend_hits_.empty()) return;
  ++streams_[consumer.stream].statistics.rows_in;
  TakeIntoTrend(consumer.stream, hash, rows, row);
}

// By whichever filters it comes, a row is one event of the step (decision D19). Its key is the same whatever
// the step.
void Engine::AddTrendHit(const Input& input, const row::RowTable& rows, uint32_t row,
                         bool classified, uint64_t& hash) {
  if (!trend_hits_.empty() && trend_hits_.back().step == input.step) return;
  if (trend_hits_.empty()) hash = Probe(input, rows, row, classified);
  trend_hits_.push_back({input.step, input.step_input});
}

// The row concerns the steps of `trend_hits_`.
void Engine::TakeIntoTrend(uint32_t stream, uint64_t hash, const row::RowTable& rows,
                           uint32_t row) {
  StreamState& state = streams_[stream];
  state.trend->set_event(order_.event);
  state.trend->Offer(call_, rows, row, trend_hits_, hash,
                     Derive(plan_.streams[stream].trend->table),
                     [&](uint32_t result) { OutputMatch(stream, result); });
  if (state.trend->next_due() <= WindowClock(state)) has_overdue_ = true;
}

// A row that passes several times, through filters of one type, joins each time: with what came before.
void Engine::TakeIntoJoin(uint32_t stream, const Input& input, uint64_t hash,
                          const row::RowTable& rows, uint32_t row) {
  join::JoinState& join = *streams_[stream].join;
  join.set_event(order_.event);
  join.Offer(call_, rows, row, input.step, input.step_input, hash,
             Derive(plan_.streams[stream].join->match_table()),
             [&](uint32_t match) { OutputMatch(stream, match); });
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
