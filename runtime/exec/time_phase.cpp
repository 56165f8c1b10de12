#include <algorithm>

#include "runtime/exec/engine.h"

// Event time: clocks of event types, and what they make due (decisions D15, D16, D18).

namespace varpulis::exec {

bool Engine::IsAnyDue(const StreamState& stream, TimestampNs clock) {
  if (stream.pattern && stream.pattern->next_due() < clock) return true;
  if (stream.trend && stream.trend->next_due() <= clock) return true;
  if (stream.join && stream.join->next_due() < clock) return true;
  for (const window::WindowState* windows : stream.timed) {
    if (windows->next_due() <= clock) return true;
  }
  return false;
}

// The minimum over its root types that have sent something, less what their watermarks wait for.
TimestampNs Engine::SlowestClock(const StreamState& stream) const {
  TimestampNs clock = kTimeMax;
  for (const Root& root : stream.roots) {
    if (tables_[root.table].clock == kTimeMin) continue;
    const DurationNs delay = is_finishing_ ? 0 : root.delay;
    clock = std::min(clock, base::Earlier(tables_[root.table].clock, delay));
  }
  return clock == kTimeMax ? kTimeMin : clock;
}

// How much later than its time something falls due.
DurationNs Engine::Lateness(const StreamState& stream) const {
  return is_finishing_ ? 0 : stream.time.lateness;
}

// The time up to which windows and joins are due.
TimestampNs Engine::WindowClock(const StreamState& stream) const {
  if (!stream.time.watermarked) return SlowestClock(stream);
  return base::Earlier(stream.clock, Lateness(stream));
}

// A pattern without a watermark goes by the maximum over its root types.
TimestampNs Engine::PatternClock(const StreamState& stream) const {
  if (stream.time.watermarked) return WindowClock(stream);
  TimestampNs clock = kTimeMin;
  for (const Root& root : stream.roots) clock = std::max(clock, tables_[root.table].clock);
  return clock;
}

OutputOrder Engine::DueOrder(const StreamState& stream, TimestampNs due, DueItem item,
                             uint64_t sequence) const {
  // A row goes on at its own time; what is due has waited for late ones.
  const DurationNs waited = item == DueItem::Row ? 0 : Lateness(stream);
  return {order_.event, stream.rank, 0, 0, base::Later(due, waited), item, sequence};
}

void Engine::MoveClock(uint32_t table, TimestampNs time) {
  TableState& state = tables_[table];
  state.clock = time;
  if (has_overdue_) return FireOverdue();
  // timed_streams is in upstream-first order; the outputs of one are drained before the next.
  for (uint32_t stream : state.timed_streams) {
    // No stream's clock is ahead of this one, so mostly nothing else needs to be looked at.
    if (!streams_[stream].time.watermarked && !IsAnyDue(streams_[stream], time)) continue;
    Visit(stream);
  }
}

// A late row may open a window whose time is over: it closes before the next event, whatever that is.
void Engine::FireOverdue() {
  has_overdue_ = false;
  for (uint32_t stream : plan_.upstream_first) {
    const StreamState& state = streams_[stream];
    if (!state.time.watermarked && !IsAnyDue(state, PatternClock(state))) continue;
    Visit(stream);
  }
}

// All that is due in the stream, then what that causes in others.
void Engine::Visit(uint32_t stream) {
  if (streams_[stream].time.watermarked) {
    FollowWatermark(stream);
  } else {
    FireDue(stream);
  }
  Drain();
}

// The stream's clock moves on, and stops at each row that has waited for it: what falls due before the row
// comes before it (decision D15). At the end of the input no row waits any longer.
void Engine::FollowWatermark(uint32_t stream) {
  StreamState& state = streams_[stream];
  const TimestampNs reached = std::max(state.clock, SlowestClock(state));
  while (!failure_ && state.reorder && !state.reorder->empty()) {
    const TimestampNs time = state.reorder->next_time();
    if (time > reached && !is_finishing_) break;
    state.clock = std::max(state.clock, std::min(time, reached));
    FireDue(stream);
    order_ = DueOrder(state, time, DueItem::Row, 0);
    ReleaseNext(state);
  }
  state.clock = reached;
  FireDue(stream);
}

// Windows, runs and rows of a join whose time is over by the stream's clocks.
void Engine::FireDue(uint32_t stream) {
  const StreamState& state = streams_[stream];
  FireWindows(stream, WindowClock(state), PatternClock(state));
  FireTrend(stream, WindowClock(state));
  FireJoin(stream, WindowClock(state));
}

// Runs whose deadline has passed: absences are confirmed, closures end.
void Engine::FirePattern(uint32_t stream, TimestampNs clock) {
  StreamState& state = streams_[stream];
  if (failure_ || !state.pattern || !state.pattern->fires()) return;
  pattern::PatternState& pattern = *state.pattern;
  if (trace_) trace_->set_stream(stream);
  BeginMatches();
  pattern.Fire(
      call_, clock, Derive(plan_.streams[stream].pattern->match_table), [&](uint32_t match) {
        order_ = DueOrder(state, pattern.fired_due(), DueItem::Deadline, pattern.fired_sequence());
        OutputMatch(stream, match);
      });
}

// End of input: no absence is confirmed by it, but closures end (decision D18).
void Engine::DrainPattern(uint32_t stream) {
  StreamState& state = streams_[stream];
  if (failure_ || !state.pattern || !state.pattern->fires()) return;
  pattern::PatternState& pattern = *state.pattern;
  if (trace_) trace_->set_stream(stream);
  BeginMatches();
  pattern.Drain(call_, Derive(plan_.streams[stream].pattern->match_table), [&](uint32_t match) {
    order_ = DueOrder(state, pattern.fired_due(), DueItem::Deadline, pattern.fired_sequence());
    OutputMatch(stream, match);
  });
}

// Windows of trends that are over.
void Engine::FireTrend(uint32_t stream, TimestampNs clock) {
  StreamState& state = streams_[stream];
  if (failure_ || !state.trend) return;
  trend::TrendState& trend = *state.trend;
  trend.Fire(call_, clock, Derive(plan_.streams[stream].trend->table), [&](uint32_t result) {
    order_ = DueOrder(state, trend.fired_due(), DueItem::WindowEnd, trend.fired_sequence());
    OutputMatch(stream, result);
  });
}

// Rows of a join whose time is over; those that have found no partner come out, if they are asked for.
void Engine::FireJoin(uint32_t stream, TimestampNs clock) {
  StreamState& state = streams_[stream];
  if (failure_ || !state.join) return;
  join::JoinState& join = *state.join;
  join.Fire(call_, clock, Derive(plan_.streams[stream].join->match_table()), [&](uint32_t match) {
    order_ = DueOrder(state, join.fired_due(), DueItem::Deadline, join.fired_sequence());
    OutputMatch(stream, match);
  });
}

// The windows of the stream that are due first, and the cursor at their operator; null if none are.
window::WindowState* Engine::NextWindow(uint32_t stream, TimestampNs clock, Cursor& at) {
  StreamState& state = streams_[stream];
  window::WindowState* next = nullptr;
  for (size_t i = 0; i < state.windows.size(); ++i) {
    window::WindowState* windows = state.windows[i].get();
    if (windows == nullptr || !windows->IsDue(clock)) continue;
    if (next != nullptr && !(next->next() > windows->next())) continue;
    next = windows;
    at.op = i;
  }
  return next;
}

// What is due, in order of (deadline, creation), whichever of the stream's windows it is; runs whose deadline
// lies before that of the next window come before it.
void Engine::FireWindows(uint32_t stream, TimestampNs clock, TimestampNs pattern_clock) {
  StreamState& state = streams_[stream];
  Cursor at{stream, 0, 0, nullptr, 0, nullptr};
  while (!failure_) {
    window::WindowState* next = NextWindow(stream, clock, at);
    FirePattern(stream,
                next == nullptr ? pattern_clock : std::min(pattern_clock, next->next().due));
    if (next == nullptr || failure_) break;
    row::RowTable& out = WindowRows(at);
    at.errors = call_.error_counts();
    next->FireNext(call_, out, [&](uint32_t row) {
      order_ = DueOrder(state, next->fired_due(), DueItem::WindowEnd, next->fired_sequence());
      OutputWindow(out, row, at);
    });
  }
}

void Engine::EndBatch() {
  for (uint32_t s = 0; s < streams_.size(); ++s) {
    StreamState& stream = streams_[s];
    if (trace_) trace_->set_stream(s);
    if (stream.pattern) stream.pattern->Expire(call_, PatternClock(stream));
  }
  for (enrich::Lookups* lookups : lookups_) lookups->EndBatch();
  ClearDerived();
}

void Engine::ClearDerived() {
  for (auto& table : derived_) {
    if (table) table->Clear();
  }
  context_.arena = &arena_;
  context_.EndBatch();
  part_.Clear();
  window_rows_ = 0;
}

// Nobody waits for late events any more: what the last event times make due comes, with the rows that have
// waited. Then, if that is asked for, what is open (decision D18).
void Engine::Finish(bool flush) {
  is_finishing_ = true;
  order_ = {UINT64_MAX - 1};
  for (uint32_t stream : plan_.upstream_first) {
    if (failure_) break;
    if (streams_[stream].time.watermarked) {
      Visit(stream);
    } else {
      // A late event may have opened a run whose deadline had passed by then.
      FirePattern(stream, PatternClock(streams_[stream]));
      Drain();
    }
  }
  if (flush && !failure_) {
    order_ = {UINT64_MAX};
    for (uint32_t stream : plan_.upstream_first) {
      DrainPattern(stream);
      FireTrend(stream, kTimeMax);
      FireJoin(stream, kTimeMax);
      for (auto& windows : streams_[stream].windows) {
        if (windows) windows->BeginDrain();
      }
      FireWindows(stream, kTimeMax, kTimeMin);
      Drain();
    }
  }
  EndBatch();
}

}  // namespace varpulis::exec
