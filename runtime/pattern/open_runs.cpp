// PatternState: which runs are opened, and what keeps them from it.

#include <algorithm>

#include "compiler/ir/key_hash.h"
#include "runtime/pattern/pattern_state.h"

namespace varpulis::pattern {

void PatternState::Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
                        op::RowConsumer emit) {
  for (const std::vector<uint32_t>& begins : plan_.begins) {
    bool opened = false;
    for (size_t i = 0; i < begins.size() && !opened; ++i) {
      const ir::PatternEdge& edge = plan_.edges[begins[i]];
      for (const StepHit& hit : hits) {
        if (hit.step != edge.step || !MayOpen(call, rows, row, edge, hit, clock)) continue;
        OpenRun(call, rows, row, edge, hit, clock, out, emit);
        opened = true;
        break;
      }
    }
  }
}

bool PatternState::MayOpen(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const ir::PatternEdge& edge, const StepHit& hit, TimestampNs clock) {
  const ir::KernelId guard = edge.kernels[hit.input].guard;
  if (guard != ir::kNoKernel && !call.Test(guard, rows, row)) {
    if (observer_ != nullptr)
      observer_->Refused(0, edge, edge.kernels[hit.input], rows, row, nullptr);
    return false;
  }
  if (!edge.blocked_by.empty() && IsBlocked(edge, rows.time(row), hit, clock)) {
    if (observer_ != nullptr) observer_->NotOpened(NotOpened::Blocked);
    return false;
  }
  // Decision D12: one run of the partition grows as long as it is in its first closure.
  bool growing = false;
  for (const uint32_t state : edge.barred_by) {
    ForRuns(state, plan_.partition_key, hit,
            [&](op::RecordId id) { growing = growing || !PastDeadline(Start(id), clock); });
  }
  if (growing && observer_ != nullptr) observer_->NotOpened(NotOpened::Growing);
  return !growing;
}

// Runs of a key that is the same from the first step to the last, or of a partition, lie in one chain per
// state; without such a key the bound is for all runs together.
uint64_t PatternState::OpenOfKey(uint64_t hash) const {
  if (!bounded_by_key()) return others();
  uint64_t runs = 0;
  for (uint32_t state = 1; state < waiting_.size(); ++state) {
    if (waiting_[state].empty() || !IsOfRuns(state)) continue;
    const auto chain = waiting_[state].find(hash);
    if (chain != waiting_[state].end()) runs += chain->second.count;
  }
  return runs;
}

bool PatternState::IsFull(op::KernelCaller& call, uint64_t hash, TimestampNs clock) {
  // Few runs in all cannot be too many of one key; then no index need be asked.
  const auto is_full = [&] {
    return others() >= bounds_.max_runs && OpenOfKey(hash) >= bounds_.max_runs;
  };
  if (!is_full()) return false;
  // Runs that are past their deadline do not count against the limit.
  Expire(call, clock);
  return is_full();
}

// Whether a share of the new runs has this one in it: by its number, so that the answer does not depend on
// what else this state holds.
bool PatternState::IsSampled(op::RecordId id) {
  const uint64_t mixed = ir::Mix(HeaderOf(id).sequence);
  return static_cast<double>(mixed >> 11) * 0x1p-53 < bounds_.sample_rate;
}

// Takes `victim` away for the new run; false if the new run is the one that has to go.
bool PatternState::MakeRoom(op::KernelCaller& call, op::RecordId id, op::RecordId victim) {
  const bool evicts = ranks() && (bounds_.overflow != Overflow::Sample || IsSampled(id));
  if (!evicts || victim == op::kNoRecord) {
    overflowed_ = bounds_.overflow == Overflow::Error;
    ++counters_.dropped;
    if (observer_ != nullptr) observer_->NotOpened(NotOpened::Bound);
    return false;
  }
  ++counters_.evicted;
  Remove(call, victim, RunEnd::Evicted);
  return true;
}

bool PatternState::FindRoom(op::KernelCaller& call, op::RecordId id, uint64_t hash,
                            TimestampNs clock) {
  if (others() >= bounds_.max_runs_total) Expire(call, clock);
  if (others() >= bounds_.max_runs_total && !MakeRoom(call, id, ranking_.First())) return false;
  return !IsFull(call, hash, clock) || MakeRoom(call, id, ranking_.FirstOf(BoundKey(hash)));
}

void PatternState::OpenRun(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const ir::PatternEdge& edge, const StepHit& hit, TimestampNs clock,
                           row::RowTable& out, op::RowConsumer emit) {
  const TimestampNs time = rows.time(row);
  const op::RecordId id = Allocate(time);
  const ir::EdgeKernels& kernels = edge.kernels[hit.input];
  const uint64_t hash = Capture(call, rows, row, edge, hit.input, id);
  if (!edge.ends && !FindRoom(call, id, hash, clock)) return Discard(call, id);
  ++counters_.opened;
  if (observer_ != nullptr)
    observer_->Opened(HeaderOf(id).sequence, id, edge.step, edge.to, hash, time);
  if (edge.ends) {
    if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
    if (observer_ != nullptr) observer_->Ended(HeaderOf(id).sequence, RunEnd::Complete);
    return Discard(call, id);
  }
  Link(id, edge.to, hash);
  if (fires_) JoinPartition(id);
  Schedule(id);
  if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
}

// --- what must not have come ---------------------------------------------------------------------

void PatternState::Remember(op::KernelCaller& call, uint32_t step, TimestampNs start,
                            TimestampNs end, uint64_t hash) {
  came_.push_back(step);
  const uint64_t key = plan_.partition_key ? hash : 0;
  const auto chain = waiting_[0].find(key);
  if (chain != waiting_[0].end() && chain->second.count >= bounds_.max_runs) {
    // The oldest is the first that no run could care about.
    --remembered_;
    ++counters_.forgotten;
    Remove(call, chain->second.head, RunEnd::Evicted);
  }
  const op::RecordId id = Allocate(start);
  Last(id) = end;
  HeaderOf(id).sequence = step;
  Link(id, 0, key);
  ++remembered_;
  Schedule(id);
}

// language.md 6.5: no such event in [start - within, start). It is remembered until the clock is past that
// span, whenever it is removed, so that late events do not depend on where batches end.
bool PatternState::IsBlocked(const ir::PatternEdge& edge, TimestampNs time, const StepHit& hit,
                             TimestampNs clock) {
  const auto& steps = edge.blocked_by;
  // Both sides of an XOR, however late they are.
  bool blocked = std::any_of(steps.begin(), steps.end(), [&](uint32_t step) {
    return plan_.steps[step].at_once && std::find(came_.begin(), came_.end(), step) != came_.end();
  });
  ForRuns(0, plan_.partition_key, hit, [&](op::RecordId id) {
    const auto step = static_cast<uint32_t>(HeaderOf(id).sequence);
    if (std::find(steps.begin(), steps.end(), step) == steps.end()) return;
    const TimestampNs before = Start(id);
    if (PastDeadline(before, clock)) return;
    const bool counts = plan_.steps[step].at_once ? Last(id) <= time : Last(id) < time;
    blocked = blocked || (counts && base::TimeBetween(before, time) <= plan_.within);
  });
  return blocked;
}

}  // namespace varpulis::pattern
