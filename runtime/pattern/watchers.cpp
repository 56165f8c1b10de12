// PatternState: NOT of several steps. What must not come is followed like a pattern of its own (decision
// 0031) by watchers: records like runs, which stand in states of the group and begin as copies of the runs
// that they watch for. Those of a group in front of everything belong to no run.

#include <algorithm>

#include "runtime/kernel/cell_ops.h"
#include "runtime/pattern/pattern_state.h"

namespace varpulis::pattern {

// Watchers take the event first, then it may make new ones. Inner groups come before outer ones, since
// what ends a watcher beats every other use of the event (decision D14).
void PatternState::Watch(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         const std::vector<StepHit>& hits) {
  for (auto group = static_cast<uint32_t>(plan_.groups.size()); group-- > 0;) {
    tried_watches_.clear();
    for (const StepHit& hit : hits) {
      if (plan_.steps[hit.step].group != group) continue;
      for (const uint32_t edge : watches_of_[hit.step]) tried_watches_.push_back({edge, &hit});
    }
    std::stable_sort(tried_watches_.begin(), tried_watches_.end(),
                     [](const Tried& a, const Tried& b) { return a.edge < b.edge; });
    watched_.clear();
    found_watches_.clear();
    for (const Tried& tried : tried_watches_) FindWatched(call, rows, row, tried);
    const auto advances = [](const Watched& watched) {
      return watched.edge->kind != ir::EdgeKind::Watch;
    };
    std::stable_partition(watched_.begin(), watched_.end(), advances);
    for (const Watched& watched : watched_) {
      if (HeaderOf(watched.record).generation != watched.generation) continue;
      if (advances(watched)) {
        AdvanceWatcher(call, rows, row, watched);
      } else {
        BeginWatcher(call, rows, row, watched);
      }
    }
    if (plan_.groups[group].is_free) BeginFreeWatchers(call, rows, row, hits, plan_.groups[group]);
  }
}

// The watchers that the edge takes further, or the runs that it makes watchers for.
void PatternState::FindWatched(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                               const Tried& tried) {
  const ir::PatternEdge& edge = plan_.edges[tried.edge];
  const TimestampNs time = rows.time(row);
  ForRuns(edge.from, edge.keyed, *tried.hit, [&](op::RecordId id) {
    // Decision D14: from the binding in front of the negation to the deadline.
    const bool begins = edge.kind == ir::EdgeKind::Watch;
    if (time < (begins ? IntSlot(id, edge.since) : Last(id))) return;
    if (PastDeadline(Start(id), clock_)) return;
    if (!begins && edge.within > 0 && base::TimeBetween(Last(id), time) > edge.within) return;
    const uint64_t found = uint64_t{id} << 32 | edge.way;
    if (found_watches_.contains(found) || !Guards(call, edge, *tried.hit, rows, row, id)) return;
    found_watches_.insert(found);
    watched_.push_back({id, HeaderOf(id).generation, &edge, tried.hit});
  });
}

void PatternState::AdvanceWatcher(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                  const Watched& watched) {
  const op::RecordId id = watched.record;
  const ir::PatternEdge& edge = *watched.edge;
  Last(id) = rows.time(row);
  if (edge.ends) return Occur(call, plan_.groups[plan_.steps[edge.step].group], id);
  if (!HasRoom(edge, id)) return;
  const uint64_t hash = Capture(call, rows, row, edge, watched.hit->input, id);
  Unlink(id);
  Link(id, edge.to, hash);
  if (!watchers_.empty()) DropWatchers(call, id, plan_.states[edge.to].groups);
}

void PatternState::BeginWatcher(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                const Watched& watched) {
  const op::RecordId run = watched.record;
  const ir::PatternEdge& edge = *watched.edge;
  if (edge.ends) return EndWatched(call, run);
  const ir::NegatedGroup& group = plan_.groups[plan_.steps[edge.step].group];
  if (group.is_alike && IsWatched(run, edge.way, rows.time(row))) return;
  if (WatchersOf(run) >= bounds_.max_runs || watching_ >= bounds_.max_runs_total) {
    ++counters_.forgotten;
    return;
  }
  const op::RecordId id = AllocateWatcher(run, Start(run));
  CopyRun(call, run, id);
  Last(id) = rows.time(row);
  watchers_[run].push_back(id);
  Link(id, edge.to, Capture(call, rows, row, edge, watched.hit->input, id));
}

// One event begins at most one watcher of each way.
void PatternState::BeginFreeWatchers(op::KernelCaller& call, const row::RowTable& rows,
                                     uint32_t row, const std::vector<StepHit>& hits,
                                     const ir::NegatedGroup& group) {
  for (const std::vector<uint32_t>& way : group.begins) {
    const auto begin = [&](uint32_t id) {
      return std::any_of(hits.begin(), hits.end(), [&](const StepHit& hit) {
        const ir::PatternEdge& edge = plan_.edges[id];
        if (hit.step != edge.step) return false;
        const ir::KernelId guard = edge.kernels[hit.input].guard;
        if (guard != ir::kNoKernel && !call.Test(guard, rows, row)) return false;
        BeginFreeWatcher(call, rows, row, {op::kNoRecord, 0, &edge, &hit});
        return true;
      });
    };
    static_cast<void>(std::any_of(way.begin(), way.end(), begin));
  }
}

void PatternState::BeginFreeWatcher(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                                    const Watched& watched) {
  const ir::PatternEdge& edge = *watched.edge;
  const op::RecordId id = AllocateWatcher(op::kNoRecord, rows.time(row));
  const uint64_t hash = Capture(call, rows, row, edge, watched.hit->input, id);
  if (edge.ends) {
    Link(id, edge.to, watched.hit->probe);
    return Occur(call, plan_.groups[plan_.steps[edge.step].group], id);
  }
  const auto chain = waiting_[edge.to].find(hash);
  const bool is_full = chain != waiting_[edge.to].end() && chain->second.count >= bounds_.max_runs;
  Link(id, edge.to, hash);
  if (is_full || watching_ > bounds_.max_runs_total) {
    ++counters_.forgotten;
    return DropWatcher(call, id);
  }
  Schedule(id);
}

// The group of the watcher has come.
void PatternState::Occur(op::KernelCaller& call, const ir::NegatedGroup& group,
                         op::RecordId watcher) {
  if (!group.is_free) {
    return EndWatched(call, static_cast<op::RecordId>(HeaderOf(watcher).sequence));
  }
  const TimestampNs time = Last(watcher);
  const uint64_t hash = HeaderOf(watcher).link.hash;
  for (const uint32_t id : edges_of_[group.step]) {
    const ir::PatternEdge& edge = plan_.edges[id];
    ForRuns(edge.from, plan_.partition_key, {group.step, 0, hash}, [&](op::RecordId run) {
      if (time < IntSlot(run, edge.since) || PastDeadline(Start(run), time)) return;
      if (IsOfOnePartition(run, watcher)) EndWatched(call, run);
    });
  }
  // Of an XOR the time counts at which the other side is complete (language.md 4.8).
  const TimestampNs start = plan_.steps[group.step].at_once ? time : Start(watcher);
  Remember(call, group.step, start, time, hash);
  DropWatcher(call, watcher);
}

// What has been watched for is over: a run, or a watcher of the group around.
void PatternState::EndWatched(op::KernelCaller& call, op::RecordId id) {
  if (!IsOfRuns(HeaderOf(id).state)) return DropWatcher(call, id);
  ++counters_.killed;
  Remove(call, id, RunEnd::Killed);
}

bool PatternState::IsOfOnePartition(op::RecordId a, op::RecordId b) {
  const auto& slots = plan_.run.slots;
  return std::all_of(plan_.key_slots.begin(), plan_.key_slots.end(), [&](uint32_t slot) {
    const auto key = [&](op::RecordId id) -> const abi::Cell& {
      return *reinterpret_cast<const abi::Cell*>(RecordOf(id) + slots[slot].offset);
    };
    return kernel::EqualKeys(key(a), key(b));
  });
}

// --- the store -----------------------------------------------------------------------------------

op::RecordId PatternState::AllocateWatcher(op::RecordId run, TimestampNs start) {
  const op::RecordId id = store_.Allocate();
  Header& header = HeaderOf(id);
  header.sequence = run;
  header.generation = NextGeneration();
  Start(id) = start;
  Last(id) = start;
  ++watching_;
  return id;
}

size_t PatternState::WatchersOf(op::RecordId run) const {
  const auto watchers = watchers_.find(run);
  return watchers == watchers_.end() ? 0 : watchers->second.size();
}

// Another watcher of the way has seen more, and takes all that comes.
bool PatternState::IsWatched(op::RecordId run, uint32_t way, TimestampNs time) {
  const auto watchers = watchers_.find(run);
  return watchers != watchers_.end() &&
         std::any_of(watchers->second.begin(), watchers->second.end(), [&](op::RecordId id) {
           return plan_.states[HeaderOf(id).state].way == way && Last(id) <= time;
         });
}

// Under .strategy(any): the run `to` is the run `from` with one event more.
void PatternState::CopyWatchers(op::KernelCaller& call, op::RecordId from, op::RecordId to) {
  const auto found = watchers_.find(from);
  if (found == watchers_.end()) return;
  const std::vector<op::RecordId> watchers = found->second;
  const auto& groups = plan_.states[HeaderOf(to).state].groups;
  for (const op::RecordId watcher : watchers) {
    const uint32_t group = plan_.states[HeaderOf(watcher).state].group;
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) continue;
    const op::RecordId id = AllocateWatcher(to, Start(to));
    CopyRun(call, watcher, id);
    watchers_[to].push_back(id);
    Link(id, HeaderOf(watcher).state, HeaderOf(watcher).link.hash);
    CopyWatchers(call, watcher, id);
  }
}

void PatternState::DropWatchers(op::KernelCaller& call, op::RecordId run,
                                const std::vector<uint32_t>& but_of) {
  const auto found = watchers_.find(run);
  if (found == watchers_.end()) return;
  const std::vector<op::RecordId> watchers = found->second;
  for (const op::RecordId watcher : watchers) {
    const uint32_t group = plan_.states[HeaderOf(watcher).state].group;
    if (std::find(but_of.begin(), but_of.end(), group) == but_of.end()) DropWatcher(call, watcher);
  }
}

void PatternState::DropWatcher(op::KernelCaller& call, op::RecordId watcher) {
  DropWatchers(call, watcher);
  const auto found = watchers_.find(static_cast<op::RecordId>(HeaderOf(watcher).sequence));
  if (found != watchers_.end()) {
    std::erase(found->second, watcher);
    if (found->second.empty()) watchers_.erase(found);
  }
  Unlink(watcher);
  Discard(call, watcher);
  --watching_;
}

}  // namespace varpulis::pattern
