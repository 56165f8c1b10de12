// PatternState as it is saved and restored. What finds runs again follows from the runs: indexes, deadlines, ranks,
// and which generation an entry of the expiry queue means.

#include <algorithm>

#include "runtime/kernel/record_state.h"
#include "runtime/pattern/pattern_state.h"

namespace varpulis::pattern {

void PatternCounters::Add(const PatternCounters& other) {
  std::vector<uint64_t> counts;
  ForEach(other, [&](uint64_t counter) { counts.push_back(counter); });
  size_t at = 0;
  ForEach(*this, [&](uint64_t& counter) { counter += counts[at++]; });
}

void PatternState::Save(state::StateWriter& out) {
  PatternCounters::ForEach(counters_, [&](uint64_t counter) { out.U64(counter); });
  out.U64(next_sequence_);
  for (const op::KeyIndex& index : waiting_) {
    const std::vector<op::RecordId> runs = op::ChainedByHash(index, LinkOf());
    out.U64(runs.size());
    for (const op::RecordId id : runs) {
      out.U64(HeaderOf(id).link.hash);
      out.U64(HeaderOf(id).sequence);
      kernel::SaveRecord(plan_.run, RecordOf(id), out);
    }
  }
  // The run that made a partition may be gone, so its number stands for itself.
  std::vector<std::pair<uint64_t, uint64_t>> partitions;
  for (const auto& [key, partition] : partitions_) partitions.emplace_back(key, partition.sequence);
  std::sort(partitions.begin(), partitions.end());
  out.U64(partitions.size());
  for (const auto& [key, sequence] : partitions) {
    out.U64(key);
    out.U64(sequence);
  }
}

void PatternState::Restore(op::KernelCaller& call, state::StateReader& in,
                           const op::RestoredPart& part) {
  PatternCounters::ForEach(counters_, [&](uint64_t& counter) {
    const uint64_t saved = in.U64();
    if (part.counters) counter += saved;
  });
  next_sequence_ = std::max(next_sequence_, in.U64());
  const size_t least = 2 * sizeof(uint64_t) + kernel::LeastRecordBytes(plan_.run);
  for (uint32_t state = 0; state < waiting_.size(); ++state) {
    for (uint64_t left = in.Count(least); left > 0 && in.ok(); --left)
      RestoreRun(call, in, state, part);
  }
  for (uint64_t left = in.Count(2 * sizeof(uint64_t)); left > 0 && in.ok(); --left) {
    const uint64_t key = in.U64();
    const uint64_t sequence = in.U64();
    const auto partition = partitions_.find(key);
    if (partition != partitions_.end()) partition->second.sequence = sequence;
  }
}

void PatternState::RestoreRun(op::KernelCaller& call, state::StateReader& in, uint32_t state,
                              const op::RestoredPart& part) {
  const uint64_t hash = in.U64();
  const op::RecordId id = store_.Allocate();
  HeaderOf(id).sequence = in.U64();
  kernel::RestoreRecord(plan_.run, RecordOf(id), in, call.context());
  RequireClosures(in, id);
  if (!part.Owns(hash)) return Discard(call, id);
  Link(id, state, hash);
  if (state == 0) {
    ++remembered_;
  } else if (fires_) {
    JoinPartition(id);
  }
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
    for (const uint32_t slot : closure.lists) {
      const auto* list =
          *reinterpret_cast<abi::ArrayValue**>(RecordOf(id) + plan_.run.slots[slot].offset);
      const uint64_t size = list == nullptr ? 0 : list->size;
      in.Require(size == static_cast<uint64_t>(count), "a closure that holds other elements");
    }
  }
}

void PatternState::FinishRestore() {
  std::vector<op::RecordId> runs;
  runs.reserve(store_.live());
  for (const op::KeyIndex& index : waiting_) {
    const std::vector<op::RecordId> waiting = op::Chained(index, LinkOf());
    runs.insert(runs.end(), waiting.begin(), waiting.end());
  }
  const auto in_order = [this](op::RecordId a, op::RecordId b) {
    return HeaderOf(a).sequence < HeaderOf(b).sequence;
  };
  std::sort(runs.begin(), runs.end(), in_order);
  for (const op::RecordId id : runs) NumberGeneration(id);
  // Those of one start in the order of their creation.
  std::stable_sort(runs.begin(), runs.end(),
                   [this](op::RecordId a, op::RecordId b) { return Start(a) < Start(b); });
  for (const op::RecordId id : runs) Schedule(id);
}

}  // namespace varpulis::pattern
