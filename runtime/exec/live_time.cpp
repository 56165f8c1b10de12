// Time in a live host: what the host's clock makes due when no event does.

#include <algorithm>

#include "runtime/exec/engine.h"

namespace varpulis::exec {

void Engine::GoLive(DurationNs grace, TimestampNs now) {
  if (!idle_) idle_ = std::make_unique<IdleClocks>(tables_.size());
  idle_->Restart(grace);
  for (uint32_t table = 0; table < tables_.size(); ++table) {
    if (tables_[table].clock != kTimeMin) idle_->Begin(table, tables_[table].clock, now);
  }
  timers_.SkipTo(now);
}

// By the largest time of each type: a late event does not move a clock, but it has arrived.
void Engine::NoteArrivals(const row::Batch& batch) {
  for (size_t i = 0; i < batch.tables.size(); ++i) {
    const row::RowTable& rows = batch.tables[i];
    if (rows.rows() == 0) continue;
    idle_->Note(batch.table_ids[i], *std::max_element(rows.times(), rows.times() + rows.rows()));
  }
}

void Engine::Arrive(TimestampNs now) {
  if (idle_) idle_->Arrive(now);
}

// Clocks move only if something falls due: what the engine remembers is a function of the events and of the
// calls that did something.
void Engine::Tick(TimestampNs now) {
  if (failure_ || !idle_ || next_tick() > now) return;
  if (!timers_.empty()) FireTimers(now, events_);
  for (uint32_t table = 0; table < tables_.size(); ++table)
    tables_[table].clock = std::max(tables_[table].clock, idle_->ClockAt(table, now));
  order_ = {events_ + timers_.fired()};
  if (!failure_) FireOverdue();
  EndBatch();
}

TimestampNs Engine::next_tick() const {
  TimestampNs next = timers_.next();
  for (const StreamState& stream : streams_) {
    if (stream.here) next = std::min(next, NextTick(stream));
  }
  return next;
}

bool Engine::has_time() const {
  return !timers_.empty() ||
         std::any_of(tables_.begin(), tables_.end(),
                     [](const TableState& table) { return !table.timed_streams.empty(); });
}

// When the first of what the stream waits for falls due.
TimestampNs Engine::NextTick(const StreamState& stream) const {
  constexpr DurationNs kBehind = 1;  // deadlines fall due when the clock is past them
  const DurationNs lateness = stream.time.watermarked ? Lateness(stream) : 0;
  TimestampNs at = kTimeMax, behind = kTimeMax;
  for (const window::WindowState* windows : stream.timed) at = std::min(at, windows->next_due());
  if (stream.trend) at = std::min(at, stream.trend->next_due());
  if (stream.join) behind = std::min(behind, stream.join->next_due());
  const TimestampNs deadline = stream.pattern ? stream.pattern->next_due() : kTimeMax;
  if (stream.time.watermarked) behind = std::min(behind, deadline);
  TimestampNs slowest =
      std::min(base::Later(at, lateness), base::Later(base::Later(behind, kBehind), lateness));
  if (stream.reorder && !stream.reorder->empty())
    slowest = std::min(slowest, stream.reorder->next_time());
  const TimestampNs next = SlowestReaches(stream, slowest);
  if (stream.time.watermarked) return next;
  return std::min(next, FastestReaches(stream, base::Later(deadline, kBehind)));
}

// When SlowestClock will be there. What is there already falls due with the next Tick.
TimestampNs Engine::SlowestReaches(const StreamState& stream, TimestampNs clock) const {
  if (clock == kTimeMax) return kTimeMax;
  TimestampNs reached = kTimeMin;
  bool is_known = false;
  for (const Root& root : stream.roots) {
    const TimestampNs own = tables_[root.table].clock;
    if (own == kTimeMin) continue;
    is_known = true;
    const TimestampNs needed = base::Later(clock, root.delay);
    if (own < needed) reached = std::max(reached, idle_->ReachedAt(root.table, needed));
  }
  return is_known ? reached : kTimeMax;
}

// When the clock of a pattern without a watermark will be there.
TimestampNs Engine::FastestReaches(const StreamState& stream, TimestampNs clock) const {
  TimestampNs reached = kTimeMax;
  if (clock == kTimeMax) return kTimeMax;
  for (const Root& root : stream.roots) {
    const TimestampNs own = tables_[root.table].clock;
    reached = std::min(reached, own >= clock ? kTimeMin : idle_->ReachedAt(root.table, clock));
  }
  return reached;
}

}  // namespace varpulis::exec
