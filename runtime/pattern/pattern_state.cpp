#include "runtime/pattern/pattern_state.h"

#include <algorithm>

#include "base/limits.h"

namespace varpulis::pattern {

PatternState::PatternState(const ir::PatternPlan& plan)
    : plan_(plan),
      store_(static_cast<uint32_t>(sizeof(Header)) + plan.run.size),
      waiting_(plan.steps.size()) {}

void PatternState::Link(op::RecordId id, uint32_t state, uint64_t hash) {
  op::Append(waiting_[state], hash, id, LinkOf());
  HeaderOf(id).state = state;
}

void PatternState::Remove(op::KernelCaller& call, op::RecordId id) {
  op::Remove(waiting_[HeaderOf(id).state], id, LinkOf());
  HeaderOf(id).generation = 0;
  kernel::ReleaseRecord(plan_.run, RecordOf(id), call.context());
  store_.Free(id);
}

void PatternState::Expire(op::KernelCaller& call, TimestampNs clock) {
  while (!expiry_.empty()) {
    Expiry front = expiry_.front();
    if (HeaderOf(front.run).generation == front.generation) {
      if (!PastDeadline(Start(front.run), clock)) break;
      ++counters_.expired;
      Remove(call, front.run);
    }
    expiry_.pop_front();
  }
}

void PatternState::Collect(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const StepHit& hit, TimestampNs clock) {
  auto chain = waiting_[hit.step].find(plan_.steps[hit.step].keyed ? hit.probe : 0);
  if (chain == waiting_[hit.step].end()) return;
  TimestampNs time = rows.time(row);
  for (op::RecordId id = chain->second.head; id != op::kNoRecord; id = HeaderOf(id).link.next) {
    // By the clock, which a late event does not turn back: whether the run has been removed already
    // depends on where batches end.
    if (time < Last(id) || PastDeadline(Start(id), clock)) continue;
    if (hit.input->guard != ir::kNoKernel &&
        !call.Test(hit.input->guard, rows, row, RecordOf(id))) {
      continue;
    }
    candidates_.push_back({HeaderOf(id).sequence, id, &hit});
  }
}

void PatternState::Advance(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const Candidate& candidate, row::RowTable& out, op::RowConsumer emit) {
  op::RecordId id = candidate.run;
  const StepHit& hit = *candidate.hit;
  if (hit.step + 1 == plan_.steps.size()) {
    ++counters_.matched;
    uint32_t match = call.Project(hit.input->match, &rows, row, RecordOf(id), out, rows.time(row));
    Remove(call, id);
    emit(match);
    return;
  }
  auto hash = static_cast<uint64_t>(call.Int(hit.input->capture, rows, row, RecordOf(id)));
  Last(id) = rows.time(row);
  op::Remove(waiting_[HeaderOf(id).state], id, LinkOf());
  Link(id, hit.step + 1, plan_.steps[hit.step + 1].keyed ? hash : 0);
}

void PatternState::OpenRun(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const StepHit& hit, TimestampNs clock, row::RowTable& out,
                           op::RowConsumer emit) {
  TimestampNs time = rows.time(row);
  if (plan_.steps.size() == 1) {
    ++counters_.opened;
    ++counters_.matched;
    emit(call.Project(hit.input->match, &rows, row, nullptr, out, time));
    return;
  }
  if (store_.live() >= limits::kMaxRunsPerPattern) Expire(call, clock);
  if (store_.live() >= limits::kMaxRunsPerPattern) {
    ++counters_.dropped;
    return;
  }
  op::RecordId id = store_.Allocate();
  Header& header = HeaderOf(id);
  header.sequence = next_sequence_++;
  header.generation = next_generation_++;
  if (next_generation_ == 0) next_generation_ = 1;
  Start(id) = time;
  Last(id) = time;
  auto hash = static_cast<uint64_t>(call.Int(hit.input->capture, rows, row, RecordOf(id)));
  if (!plan_.steps[1].keyed) hash = 0;
  const auto is_full = [&] {
    // Few runs in all cannot be too many of one key; then the index need not be asked.
    if (store_.live() <= limits::kMaxRunsPerKey) return false;
    const auto chain = waiting_[1].find(hash);
    return chain != waiting_[1].end() && chain->second.count >= limits::kMaxRunsPerKey;
  };
  if (is_full()) {
    // Runs that are past their deadline do not count against the limit.
    Expire(call, clock);
    if (is_full()) {
      ++counters_.dropped;
      header.generation = 0;
      kernel::ReleaseRecord(plan_.run, RecordOf(id), call.context());
      store_.Free(id);
      return;
    }
  }
  ++counters_.opened;
  Link(id, 1, hash);
  if (plan_.within > 0) expiry_.push_back({id, header.generation});
}

void PatternState::Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
                         op::RowConsumer emit) {
  candidates_.clear();
  const StepHit* opening = nullptr;
  for (const StepHit& hit : hits) {
    if (hit.step == 0) {
      if (opening == nullptr) opening = &hit;
      continue;
    }
    Collect(call, rows, row, hit, std::max(clock, rows.time(row)));
  }
  // Runs that advanced at different times may stand out of creation order within one chain.
  bool ordered = std::is_sorted(
      candidates_.begin(), candidates_.end(),
      [](const Candidate& a, const Candidate& b) { return a.sequence < b.sequence; });
  if (!ordered) {
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) { return a.sequence < b.sequence; });
  }
  // `emit` may offer derived rows to other patterns only: candidates_ is not touched meanwhile.
  for (const Candidate& candidate : candidates_) Advance(call, rows, row, candidate, out, emit);
  if (opening != nullptr) OpenRun(call, rows, row, *opening, clock, out, emit);
}

void PatternState::Release(op::KernelCaller& call) {
  for (op::KeyIndex& index : waiting_) {
    for (op::RecordId id : op::Chained(index, LinkOf())) Remove(call, id);
  }
  expiry_.clear();
}

size_t PatternState::bytes() const {
  size_t bytes = store_.bytes() + expiry_.size() * sizeof(Expiry);
  for (const op::KeyIndex& index : waiting_) bytes += op::IndexBytes(index);
  return bytes;
}

}  // namespace varpulis::pattern
