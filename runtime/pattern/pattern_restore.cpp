// PatternState as it is saved and restored. What finds runs again follows from the runs: indexes, deadlines, ranks,
// and which generation an entry of the expiry queue means. Records refer to each other by their place in
// what is saved, since their ids are those of one engine.
//
//   counters | next number | records by state | chains of elements, and what each record shows of them |
//   watchers by what they watch for | partitions

#include <algorithm>

#include "runtime/kernel/record_state.h"
#include "runtime/pattern/pattern_state.h"

namespace varpulis::pattern {

absl::flat_hash_map<uint64_t, op::RecordId> PatternState::RunsByNumber() {
  absl::flat_hash_map<uint64_t, op::RecordId> runs;
  for (uint32_t state = 0; state < waiting_.size(); ++state) {
    if (!IsOfRuns(state)) continue;
    for (const op::RecordId id : op::Chained(waiting_[state], LinkOf()))
      runs.emplace(HeaderOf(id).sequence, id);
  }
  return runs;
}

// --- saving --------------------------------------------------------------------------------------

void PatternState::Save(state::StateWriter& out) {
  state::SaveCounters(counters_, out);
  out.U64(next_sequence_);
  std::vector<op::RecordId> records;
  for (uint32_t state = 0; state < waiting_.size(); ++state) {
    const std::vector<op::RecordId> waiting = op::ChainedByHash(waiting_[state], LinkOf());
    out.U64(waiting.size());
    for (const op::RecordId id : waiting) SaveRun(id, out);
    records.insert(records.end(), waiting.begin(), waiting.end());
  }
  for (uint32_t i = 0; i < plan_.closures.size(); ++i) {
    if (plan_.closures[i].lists.empty()) continue;
    std::vector<ElementChains::View> views;
    views.reserve(records.size());
    for (const op::RecordId id : records) views.push_back(ViewOf(plan_.closures[i], id));
    chains_[i].Save(views, out);
  }
  SaveWatchers(records, out);
  SavePartitions(out);
}

// Chains are numbered anew, so the slots that name them are left empty.
void PatternState::SaveRun(op::RecordId id, state::StateWriter& out) {
  const Header& header = HeaderOf(id);
  out.U64(header.link.hash);
  out.U64(IsOfWatchers(header.state) ? 0 : header.sequence);
  std::vector<ElementChains::View> views;
  for (const ir::Closure& closure : plan_.closures) {
    if (closure.lists.empty()) continue;
    views.push_back(ViewOf(closure, id));
    SetView(closure, id, {});
  }
  kernel::SaveRecord(plan_.run, RecordOf(id), out);
  auto view = views.begin();
  for (const ir::Closure& closure : plan_.closures) {
    if (!closure.lists.empty()) SetView(closure, id, *view++);
  }
}

void PatternState::SaveWatchers(const std::vector<op::RecordId>& records,
                                state::StateWriter& out) const {
  out.U64(watchers_.size());
  if (watchers_.empty()) return;
  absl::flat_hash_map<op::RecordId, uint64_t> places;
  for (const op::RecordId id : records) places.emplace(id, places.size());
  for (const op::RecordId id : records) {
    const auto watchers = watchers_.find(id);
    if (watchers == watchers_.end()) continue;
    out.U64(places.at(id));
    out.U64(watchers->second.size());
    for (const op::RecordId watcher : watchers->second) out.U64(places.at(watcher));
  }
}

// The run that made a partition may be gone, so its number stands for itself.
void PatternState::SavePartitions(state::StateWriter& out) const {
  std::vector<std::pair<uint64_t, uint64_t>> partitions;
  for (const auto& [key, partition] : partitions_) partitions.emplace_back(key, partition.sequence);
  std::sort(partitions.begin(), partitions.end());
  out.U64(partitions.size());
  for (const auto& [key, sequence] : partitions) {
    out.U64(key);
    out.U64(sequence);
  }
}

// --- restoring -----------------------------------------------------------------------------------

void PatternState::Restore(op::KernelCaller& call, state::StateReader& in,
                           const op::RestoredPart& part) {
  state::RestoreCounters(counters_, in, part.counters);
  next_sequence_ = std::max(next_sequence_, in.U64());
  std::vector<op::RecordId> records;
  const size_t least = 2 * sizeof(uint64_t) + kernel::LeastRecordBytes(plan_.run);
  for (uint32_t state = 0; state < waiting_.size(); ++state) {
    for (uint64_t left = in.Count(least); left > 0 && in.ok(); --left)
      records.push_back(RestoreRun(call, in, state));
  }
  RestoreElements(call, in, records);
  for (op::RecordId& id : records) {
    if (in.ok() && part.Owns(HeaderOf(id).link.hash)) {
      Place(id);
    } else {
      Discard(call, id);
      id = op::kNoRecord;
    }
  }
  if (in.ok()) RestoreWatchers(in, records);
  for (uint64_t left = in.Count(2 * sizeof(uint64_t)); left > 0 && in.ok(); --left) {
    const uint64_t key = in.U64();
    const uint64_t sequence = in.U64();
    const auto partition = partitions_.find(key);
    if (partition != partitions_.end()) partition->second.sequence = sequence;
  }
}

// A record that stands nowhere yet. Its elements are still to come, by the numbers that it says it has.
op::RecordId PatternState::RestoreRun(op::KernelCaller& call, state::StateReader& in,
                                      uint32_t state) {
  const op::RecordId id = store_.Allocate();
  HeaderOf(id).link.hash = in.U64();
  HeaderOf(id).sequence = in.U64();
  HeaderOf(id).state = state;
  kernel::RestoreRecord(plan_.run, RecordOf(id), in, call.context());
  for (const ir::Closure& closure : plan_.closures) {
    if (closure.lists.empty()) continue;
    SetView(closure, id, {});
    for (const uint32_t slot : closure.lists)
      in.Require(List(id, slot) == nullptr, "a record that shows elements");
  }
  RequireClosures(in, id);
  return id;
}

// What the code that walks over closures relies on.
void PatternState::RequireClosures(state::StateReader& in, op::RecordId id) {
  for (const ir::Closure& closure : plan_.closures) {
    const int64_t count = IntSlot(id, closure.count_slot);
    const int64_t most = closure.mode == ir::ClosureMode::Subsets ? int64_t{kMostSubsetElements}
                                                                  : limits::kMaxRestoredElements;
    in.Require(count >= 0 && count <= most, "a closure of an impossible size");
    const int64_t truncated = IntSlot(id, closure.truncated_slot);
    in.Require(truncated >= 0 && truncated <= INT64_MAX / 2, "a closure of an impossible size");
  }
}

void PatternState::RestoreElements(op::KernelCaller& call, state::StateReader& in,
                                   const std::vector<op::RecordId>& records) {
  for (uint32_t i = 0; i < plan_.closures.size() && in.ok(); ++i) {
    const ir::Closure& closure = plan_.closures[i];
    if (closure.lists.empty()) continue;
    std::vector<ElementChains::View> views;
    views.reserve(records.size());
    for (const op::RecordId id : records) views.push_back(ViewOf(closure, id));
    chains_[i].Restore(in, views, call.context());
    for (size_t at = 0; at < records.size(); ++at) SetView(closure, records[at], views[at]);
  }
}

// The record takes its place among those that are found.
void PatternState::Place(op::RecordId id) {
  const uint32_t state = HeaderOf(id).state;
  Link(id, state, HeaderOf(id).link.hash);
  if (state == 0) {
    ++remembered_;
  } else if (!IsOfRuns(state)) {
    HeaderOf(id).sequence = op::kNoRecord;
    ++watching_;
  } else if (fires_) {
    JoinPartition(id);
  }
}

// Those of a group that is not free watch for one record each, which is there.
void PatternState::RestoreWatchers(state::StateReader& in,
                                   const std::vector<op::RecordId>& records) {
  const auto next = [&] {
    const uint64_t place = in.U64();
    in.Require(place < records.size(), "a watcher that is not there");
    return in.ok() ? records[place] : op::kNoRecord;
  };
  for (uint64_t left = in.Count(3 * sizeof(uint64_t)); left > 0 && in.ok(); --left) {
    const op::RecordId run = next();
    for (uint64_t more = in.Count(sizeof(uint64_t)); more > 0 && in.ok(); --more) {
      const op::RecordId watcher = next();
      // They have one key, so they are on one shard.
      in.Require((run == op::kNoRecord) == (watcher == op::kNoRecord), "a watcher of another key");
      if (!in.ok() || run == op::kNoRecord) continue;
      in.Require(MayWatch(watcher, run), "a watcher for something else");
      if (!in.ok()) continue;
      HeaderOf(watcher).sequence = run;
      watchers_[run].push_back(watcher);
    }
  }
  for (const op::RecordId id : records) {
    if (id == op::kNoRecord || !IsOfWatchers(HeaderOf(id).state)) continue;
    const bool is_free = plan_.groups[plan_.states[HeaderOf(id).state].group].is_free;
    in.Require(is_free || HeaderOf(id).sequence != op::kNoRecord, "a watcher for nothing");
  }
}

// Inner groups have larger numbers, so nothing watches for itself by a detour.
bool PatternState::MayWatch(op::RecordId watcher, op::RecordId run) {
  if (!IsOfWatchers(HeaderOf(watcher).state) || HeaderOf(watcher).sequence != op::kNoRecord)
    return false;
  const uint32_t group = plan_.states[HeaderOf(watcher).state].group;
  const uint32_t state = HeaderOf(run).state;
  const auto& groups = plan_.states[state].groups;
  return state != 0 && !plan_.groups[group].is_free &&
         (IsOfRuns(state) || plan_.states[state].group < group) &&
         std::find(groups.begin(), groups.end(), group) != groups.end();
}

void PatternState::FinishRestore() {
  std::vector<op::RecordId> records;
  records.reserve(store_.live());
  for (const op::KeyIndex& index : waiting_) {
    const std::vector<op::RecordId> waiting = op::Chained(index, LinkOf());
    records.insert(records.end(), waiting.begin(), waiting.end());
  }
  const auto in_order = [this](op::RecordId a, op::RecordId b) {
    return HeaderOf(a).sequence < HeaderOf(b).sequence;
  };
  std::sort(records.begin(), records.end(), in_order);
  for (const op::RecordId id : records) HeaderOf(id).generation = NextGeneration();
  // Those of one start in the order of their creation.
  std::stable_sort(records.begin(), records.end(),
                   [this](op::RecordId a, op::RecordId b) { return Start(a) < Start(b); });
  for (const op::RecordId id : records) {
    // A watcher for a run ends with it.
    const bool is_bound =
        IsOfWatchers(HeaderOf(id).state) && HeaderOf(id).sequence != op::kNoRecord;
    if (!is_bound) Schedule(id);
  }
}

}  // namespace varpulis::pattern
