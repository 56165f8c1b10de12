#include <algorithm>

#include "runtime/exec/engine.h"

// Event time: clocks of event types, and the windows that they make due (decisions D15, D16, D18).

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

// A window's clock: the minimum over its root types that have sent something.
TimestampNs Engine::WindowClock(const StreamState& stream) const {
  TimestampNs clock = kTimeMax;
  for (uint32_t root : stream.roots) {
    if (tables_[root].clock != kTimeMin) clock = std::min(clock, tables_[root].clock);
  }
  return clock == kTimeMax ? kTimeMin : clock;
}

// A pattern's clock: the maximum over its root types.
TimestampNs Engine::PatternClock(const StreamState& stream) const {
  TimestampNs clock = kTimeMin;
  for (uint32_t root : stream.roots) clock = std::max(clock, tables_[root].clock);
  return clock;
}

void Engine::MoveClock(uint32_t table, TimestampNs time) {
  TableState& state = tables_[table];
  state.clock = time;
  if (has_overdue_) return FireOverdue();
  // timed_streams is in upstream-first order; the outputs of one are drained before the next.
  for (uint32_t stream : state.timed_streams) {
    // No window's clock is ahead of this one, so mostly nothing else needs to be looked at.
    if (!IsAnyDue(streams_[stream], time)) continue;
    FirePattern(stream);
    FireTrend(stream, WindowClock(streams_[stream]));
    FireJoin(stream, WindowClock(streams_[stream]));
    FireStream(stream, WindowClock(streams_[stream]));
  }
}

// A late row may open a window whose time is over: it closes before the next event, whatever that is.
void Engine::FireOverdue() {
  has_overdue_ = false;
  for (uint32_t stream : plan_.upstream_first) {
    const StreamState& state = streams_[stream];
    if (!IsAnyDue(state, PatternClock(state))) continue;
    FirePattern(stream);
    FireTrend(stream, WindowClock(state));
    FireStream(stream, WindowClock(state));
  }
}

// Runs whose deadline has passed: absences are confirmed, closures end.
void Engine::FirePattern(uint32_t stream) {
  StreamState& state = streams_[stream];
  if (!state.pattern || !state.pattern->fires()) return;
  pattern::PatternState& pattern = *state.pattern;
  if (trace_) trace_->set_stream(stream);
  pattern.Fire(call_, PatternClock(state), Derive(plan_.streams[stream].pattern->match_table),
               [&](uint32_t match) {
                 order_ = {
                     order_.event, state.rank, 0, 0, pattern.fired_due(), pattern.fired_sequence()};
                 OutputMatch(stream, match);
               });
  Drain();
}

// End of input: no absence is confirmed by it, but closures end (decision D18).
void Engine::DrainPattern(uint32_t stream) {
  StreamState& state = streams_[stream];
  if (!state.pattern || !state.pattern->fires()) return;
  pattern::PatternState& pattern = *state.pattern;
  if (trace_) trace_->set_stream(stream);
  pattern.Drain(call_, Derive(plan_.streams[stream].pattern->match_table), [&](uint32_t match) {
    order_ = {order_.event, state.rank, 0, 0, pattern.fired_due(), pattern.fired_sequence()};
    OutputMatch(stream, match);
  });
  Drain();
}

// Windows of trends that are over.
void Engine::FireTrend(uint32_t stream, TimestampNs clock) {
  StreamState& state = streams_[stream];
  if (!state.trend) return;
  trend::TrendState& trend = *state.trend;
  trend.Fire(call_, clock, Derive(plan_.streams[stream].trend->table), [&](uint32_t result) {
    order_ = {order_.event, state.rank, 0, 0, trend.fired_due(), trend.fired_sequence()};
    OutputMatch(stream, result);
  });
  Drain();
}

// Rows of a join whose time is over; those that have found no partner come out, if they are asked for.
void Engine::FireJoin(uint32_t stream, TimestampNs clock) {
  StreamState& state = streams_[stream];
  if (!state.join) return;
  join::JoinState& join = *state.join;
  join.Fire(call_, clock, Derive(plan_.streams[stream].join->match_table), [&](uint32_t match) {
    order_ = {order_.event, state.rank, 0, 0, join.fired_due(), join.fired_sequence()};
    OutputMatch(stream, match);
  });
  Drain();
}

// What is due, in order of (deadline, creation), whichever of the stream's windows it is.
void Engine::FireStream(uint32_t stream, TimestampNs clock) {
  StreamState& state = streams_[stream];
  while (!failure_) {
    window::WindowState* next = nullptr;
    Cursor at{stream, 0, 0, nullptr, 0, nullptr};
    for (size_t i = 0; i < state.windows.size(); ++i) {
      window::WindowState* windows = state.windows[i].get();
      if (windows == nullptr || !windows->IsDue(clock)) continue;
      if (next != nullptr && !(next->next() > windows->next())) continue;
      next = windows;
      at.op = i;
    }
    if (next == nullptr) break;
    row::RowTable& out = WindowRows(at);
    at.errors = call_.error_counts();
    next->FireNext(call_, out, [&](uint32_t row) {
      order_ = {order_.event, state.rank, 0, 0, next->fired_due(), next->fired_sequence()};
      OutputWindow(out, row, at);
    });
  }
  Drain();
}

void Engine::EndBatch() {
  for (uint32_t s = 0; s < streams_.size(); ++s) {
    StreamState& stream = streams_[s];
    if (trace_) trace_->set_stream(s);
    if (stream.pattern) stream.pattern->Expire(call_, PatternClock(stream));
  }
  ClearDerived();
}

void Engine::ClearDerived() {
  for (auto& table : derived_) {
    if (table) table->Clear();
  }
  context_.EndBatch();
  window_rows_ = 0;
}

void Engine::Finish(bool flush) {
  // A late event may have opened a run whose deadline had passed by then.
  order_ = {UINT64_MAX - 1};
  for (uint32_t stream : plan_.upstream_first) {
    if (!failure_) FirePattern(stream);
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
      FireStream(stream, kTimeMax);
    }
  }
  EndBatch();
}

}  // namespace varpulis::exec
