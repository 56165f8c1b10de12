#include "runtime/pattern/pattern_state.h"

#include <algorithm>

#include "base/limits.h"

namespace varpulis::pattern {
namespace {

// Runs that one event may open before their numbers run into the next event's.
constexpr int kOpeningBits = 20;

}  // namespace

PatternState::PatternState(const ir::PatternPlan& plan)
    : plan_(plan),
      store_(static_cast<uint32_t>(sizeof(Header)) + plan.run.size),
      waiting_(plan.states.size()),
      edges_of_(plan.steps.size()),
      choice_(plan) {
  for (uint32_t i = 0; i < plan.edges.size(); ++i) {
    const ir::PatternEdge& edge = plan.edges[i];
    if (edge.kind != ir::EdgeKind::Begin) edges_of_[edge.step].push_back(i);
  }
  fires_ = std::any_of(plan.states.begin(), plan.states.end(),
                       [](const ir::PatternState& state) { return state.matches_at_deadline; });
}

// --- the store -----------------------------------------------------------------------------------

op::RecordId PatternState::Allocate(TimestampNs time) {
  const op::RecordId id = store_.Allocate();
  Header& header = HeaderOf(id);
  next_sequence_ = std::max(next_sequence_ + 1, event_ << kOpeningBits);
  header.sequence = next_sequence_;
  header.generation = next_generation_++;
  if (next_generation_ == 0) next_generation_ = 1;
  Start(id) = time;
  Last(id) = time;
  return id;
}

void PatternState::Link(op::RecordId id, uint32_t state, uint64_t hash) {
  op::Append(waiting_[state], hash, id, LinkOf());
  HeaderOf(id).state = state;
}

void PatternState::Discard(op::KernelCaller& call, op::RecordId id) {
  HeaderOf(id).generation = 0;
  kernel::ReleaseRecord(plan_.run, RecordOf(id), call.context());
  store_.Free(id);
}

void PatternState::Remove(op::KernelCaller& call, op::RecordId id) {
  if (fires_) LeavePartition(id);
  op::Remove(waiting_[HeaderOf(id).state], id, LinkOf());
  Discard(call, id);
}

// Runs of one length are due in the order in which they were opened, as long as events come in order
// of time.
void PatternState::Schedule(op::RecordId id) {
  if (plan_.within == 0) return;
  const Expiry entry{Start(id), id, HeaderOf(id).generation};
  auto at = expiry_.end();
  while (at != expiry_.begin() && std::prev(at)->start > entry.start) --at;
  expiry_.insert(at, entry);
}

void PatternState::JoinPartition(op::RecordId id) {
  const uint64_t key = plan_.partition_key ? HeaderOf(id).link.hash : 0;
  Partition& partition = partitions_[key];
  if (partition.runs++ == 0) partition.sequence = HeaderOf(id).sequence;
}

void PatternState::LeavePartition(op::RecordId id) {
  if (HeaderOf(id).state == 0) return;
  const auto partition = partitions_.find(plan_.partition_key ? HeaderOf(id).link.hash : 0);
  if (partition != partitions_.end() && --partition->second.runs == 0) partitions_.erase(partition);
}

template <typename Visit>
void PatternState::ForRuns(uint32_t state, bool keyed, const StepHit& hit, const Visit& visit) {
  op::KeyIndex& index = waiting_[state];
  const auto along = [&](op::RecordId id) {
    while (id != op::kNoRecord) {
      const op::RecordId next = HeaderOf(id).link.next;
      visit(id);
      id = next;
    }
  };
  if (keyed || index.size() == 1) {
    const auto chain = keyed ? index.find(hit.probe) : index.begin();
    if (chain != index.end()) along(chain->second.head);
    return;
  }
  for (const op::RecordId id : op::Chained(index, LinkOf())) visit(id);
}

// --- one event -----------------------------------------------------------------------------------

void PatternState::Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
                         op::RowConsumer emit) {
  clock = std::max(clock, rows.time(row));
  tried_.clear();
  for (const StepHit& hit : hits) {
    if (plan_.steps[hit.step].negated) {
      Kill(call, rows, row, hit);
      continue;
    }
    for (const uint32_t edge : edges_of_[hit.step]) tried_.push_back({edge, &hit});
  }
  // Edges of one state stand in the order in which they are preferred.
  std::sort(tried_.begin(), tried_.end(),
            [](const Tried& a, const Tried& b) { return a.edge < b.edge; });
  // A run is offered the event once: that matters where several edges lead out of its state.
  const auto same_state = [&](const Tried& a, const Tried& b) {
    return plan_.edges[a.edge].from == plan_.edges[b.edge].from;
  };
  asks_again_ = plan_.selection == ir::Selection::Strict ||
                std::adjacent_find(tried_.begin(), tried_.end(), same_state) != tried_.end();
  found_.clear();
  candidates_.clear();
  for (const Tried& tried : tried_) Collect(call, rows, row, tried, clock);
  if (plan_.selection == ir::Selection::Strict) CollectBroken(hits);
  const auto in_order = [](const Candidate& a, const Candidate& b) {
    return a.sequence < b.sequence;
  };
  // Runs that advanced at different times may stand out of creation order within one chain.
  if (!std::is_sorted(candidates_.begin(), candidates_.end(), in_order)) {
    std::sort(candidates_.begin(), candidates_.end(), in_order);
  }
  // `emit` may offer derived rows to other patterns only: candidates_ is not touched meanwhile.
  for (const Candidate& candidate : candidates_) Advance(call, rows, row, candidate, out, emit);
  const bool taken = !candidates_.empty();
  for (const StepHit& hit : hits) {
    const auto& blockers = plan_.blockers;
    if (std::find(blockers.begin(), blockers.end(), hit.step) != blockers.end())
      Remember(call, rows, row, hit);
  }
  if (plan_.selection != ir::Selection::Stnm || !taken)
    Open(call, rows, row, hits, clock, out, emit);
}

// Decision D14: the event counts from the binding in front of the negation to the deadline.
void PatternState::Kill(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        const StepHit& hit) {
  const TimestampNs time = rows.time(row);
  for (const uint32_t id : edges_of_[hit.step]) {
    const ir::PatternEdge& edge = plan_.edges[id];
    const ir::KernelId guard = edge.kernels[hit.input].guard;
    ForRuns(edge.from, edge.keyed, hit, [&](op::RecordId run) {
      if (time < IntSlot(run, edge.since) || PastDeadline(Start(run), time)) return;
      if (guard != ir::kNoKernel && !call.Test(guard, rows, row, RecordOf(run))) return;
      ++counters_.killed;
      Remove(call, run);
    });
  }
}

void PatternState::Collect(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const Tried& tried, TimestampNs clock) {
  const ir::PatternEdge& edge = plan_.edges[tried.edge];
  const StepHit& hit = *tried.hit;
  const TimestampNs time = rows.time(row);
  const ir::KernelId guard = edge.kernels[hit.input].guard;
  ForRuns(edge.from, edge.keyed, hit, [&](op::RecordId id) {
    // By the clock, which a late event does not turn back: whether the run has been removed already
    // depends on where batches end.
    if (time < Last(id) || PastDeadline(Start(id), clock)) return;
    if (asks_again_ && found_.contains(id)) return;
    if (edge.within > 0 && base::TimeBetween(Last(id), time) > edge.within) return;
    if (guard != ir::kNoKernel && !call.Test(guard, rows, row, RecordOf(id))) return;
    if (asks_again_) found_.insert(id);
    candidates_.push_back({HeaderOf(id).sequence, id, &edge, &hit});
  });
}

bool PatternState::HasRoom(const ir::PatternEdge& edge, op::RecordId id) {
  if (edge.closure == UINT32_MAX) return true;
  const ir::Closure& closure = plan_.closures[edge.closure];
  if (IntSlot(id, closure.count_slot) < int64_t{closure.limit}) return true;
  ++IntSlot(id, closure.truncated_slot);
  ++counters_.truncated;
  return false;
}

void PatternState::Advance(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const Candidate& candidate, row::RowTable& out, op::RowConsumer emit) {
  const op::RecordId id = candidate.run;
  if (candidate.edge == nullptr) return Break(call, id, out, emit);
  const ir::PatternEdge& edge = *candidate.edge;
  const ir::EdgeKernels& kernels = edge.kernels[candidate.hit->input];
  const TimestampNs time = rows.time(row);
  Last(id) = time;
  if (!HasRoom(edge, id)) return;
  uint64_t hash = 0;
  if (kernels.capture != ir::kNoKernel) {
    hash = static_cast<uint64_t>(call.Int(kernels.capture, rows, row, RecordOf(id)));
  }
  if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
  if (edge.ends) return Remove(call, id);
  if (HeaderOf(id).state == edge.to && HeaderOf(id).link.hash == hash) return;
  op::Remove(waiting_[HeaderOf(id).state], id, LinkOf());
  Link(id, edge.to, hash);
}

// Decision D9: every element fits once more, in front of it those that are chosen.
bool PatternState::ElementsFit(op::KernelCaller& call, const row::RowTable* rows, uint32_t row,
                               op::RecordId id, TimestampNs time) {
  for (const ir::Closure& closure : plan_.closures) {
    if (closure.check_first == ir::kNoKernel && closure.check_more == ir::kNoKernel) continue;
    const int64_t size = IntSlot(id, closure.count_slot);
    bool fits = true;
    for (int64_t shown = 1; shown <= size && fits; ++shown) {
      const ir::KernelId check = shown == 1 ? closure.check_first : closure.check_more;
      if (check == ir::kNoKernel) continue;
      Show(closure, id, shown);
      fits = call.Holds(check, rows, row, RecordOf(id), time);
    }
    Show(closure, id, size);
    if (!fits) return false;
  }
  return true;
}

void PatternState::Show(const ir::Closure& closure, op::RecordId id, int64_t size) {
  IntSlot(id, closure.count_slot) = size;
  for (const uint32_t slot : closure.lists) {
    auto* list = *reinterpret_cast<abi::ArrayValue**>(RecordOf(id) + plan_.run.slots[slot].offset);
    if (list != nullptr) list->size = static_cast<uint64_t>(size);
  }
}

void PatternState::Emit(op::KernelCaller& call, const row::RowTable* rows, uint32_t row,
                        const ir::PatternEdge* edge, const ir::EdgeKernels& kernels,
                        op::RecordId id, TimestampNs time, row::RowTable& out,
                        op::RowConsumer emit) {
  const auto put_out = [&] {
    if (!ElementsFit(call, rows, row, id, time)) return;
    if (kernels.check != ir::kNoKernel && !call.Holds(kernels.check, rows, row, RecordOf(id), time))
      return;
    ++counters_.matched;
    emit(call.Project(kernels.match, rows, row, RecordOf(id), out, time));
  };
  choice_.Begin(RecordOf(id), edge == nullptr ? UINT32_MAX : edge->closure, *call.context().arena);
  if (choice_.is_single()) return put_out();
  // Whether the choice is cut short is known before the first match says so.
  const bool cut = choice_.is_larger_than(limits::kMaxMatchesPerCompletion);
  if (cut) ++counters_.cut;
  if (plan_.enumeration_slot != UINT32_MAX) {
    RecordOf(id)[plan_.run.slots[plan_.enumeration_slot].offset] = cut ? 1 : 0;
  }
  while (choice_.Next()) put_out();
  choice_.End();
}

// --- opening -------------------------------------------------------------------------------------

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
  if (guard != ir::kNoKernel && !call.Test(guard, rows, row)) return false;
  if (!edge.blocked_by.empty() && IsBlocked(edge, rows.time(row), hit, clock)) return false;
  // Decision D12: one run of the partition grows as long as it is in its first closure.
  bool growing = false;
  for (const uint32_t state : edge.barred_by) {
    ForRuns(state, plan_.partition_key, hit,
            [&](op::RecordId id) { growing = growing || !PastDeadline(Start(id), clock); });
  }
  return !growing;
}

bool PatternState::IsFull(op::KernelCaller& call, uint32_t state, uint64_t hash,
                          TimestampNs clock) {
  const auto is_full = [&] {
    // Few runs in all cannot be too many of one key; then the index need not be asked.
    if (store_.live() <= limits::kMaxRunsPerKey) return false;
    const auto chain = waiting_[state].find(hash);
    return chain != waiting_[state].end() && chain->second.count >= limits::kMaxRunsPerKey;
  };
  if (!is_full()) return false;
  // Runs that are past their deadline do not count against the limit.
  Expire(call, clock);
  return is_full();
}

void PatternState::OpenRun(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const ir::PatternEdge& edge, const StepHit& hit, TimestampNs clock,
                           row::RowTable& out, op::RowConsumer emit) {
  const TimestampNs time = rows.time(row);
  if (store_.live() >= limits::kMaxRunsPerPattern) Expire(call, clock);
  if (store_.live() >= limits::kMaxRunsPerPattern) {
    ++counters_.dropped;
    return;
  }
  const op::RecordId id = Allocate(time);
  const ir::EdgeKernels& kernels = edge.kernels[hit.input];
  uint64_t hash = 0;
  if (kernels.capture != ir::kNoKernel) {
    hash = static_cast<uint64_t>(call.Int(kernels.capture, rows, row, RecordOf(id)));
  }
  if (!edge.ends && IsFull(call, edge.to, hash, clock)) {
    ++counters_.dropped;
    return Discard(call, id);
  }
  ++counters_.opened;
  if (edge.ends) {
    if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
    return Discard(call, id);
  }
  Link(id, edge.to, hash);
  if (fires_) JoinPartition(id);
  Schedule(id);
  if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
}

// Under .strict() the next event of the pattern's types in the partition takes a run further, or the
// run is over; in the order of the runs, since one that is over may have a match.
void PatternState::CollectBroken(const std::vector<StepHit>& hits) {
  const StepHit* watched = nullptr;
  for (const StepHit& hit : hits) {
    if (!plan_.steps[hit.step].negated) watched = &hit;
  }
  if (watched == nullptr) return;
  for (uint32_t state = 1; state < plan_.states.size(); ++state) {
    ForRuns(state, plan_.partition_key, *watched, [&](op::RecordId id) {
      if (found_.contains(id)) return;
      candidates_.push_back({HeaderOf(id).sequence, id, nullptr, watched});
    });
  }
}

void PatternState::Break(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                         op::RowConsumer emit) {
  ++counters_.broken;
  if (plan_.states[HeaderOf(id).state].drains) return FireRun(call, id, out, emit);
  Remove(call, id);
}

// --- what must not have come ---------------------------------------------------------------------

void PatternState::Remember(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                            const StepHit& hit) {
  if (IsFull(call, 0, hit.probe, rows.time(row))) {
    // The oldest is the first that no run could care about.
    const auto chain = waiting_[0].find(hit.probe);
    const op::RecordId oldest = chain->second.head;
    --remembered_;
    Remove(call, oldest);
  }
  const op::RecordId id = Allocate(rows.time(row));
  // It has no later event; the place says by which negation it is remembered.
  Last(id) = hit.step;
  Link(id, 0, plan_.partition_key ? hit.probe : 0);
  ++remembered_;
  Schedule(id);
}

// language.md 6.5: no such event in [start - within, start). It is remembered until the clock is past that
// span, whenever it is removed, so that late events do not depend on where batches end.
bool PatternState::IsBlocked(const ir::PatternEdge& edge, TimestampNs time, const StepHit& hit,
                             TimestampNs clock) {
  bool blocked = false;
  ForRuns(0, plan_.partition_key, hit, [&](op::RecordId id) {
    const auto& steps = edge.blocked_by;
    if (std::find(steps.begin(), steps.end(), Last(id)) == steps.end()) return;
    const TimestampNs before = Start(id);
    if (PastDeadline(before, clock)) return;
    const bool counts = plan_.steps[Last(id)].at_once ? before <= time : before < time;
    blocked = blocked || (counts && base::TimeBetween(before, time) <= plan_.within);
  });
  return blocked;
}

// --- time ----------------------------------------------------------------------------------------

TimestampNs PatternState::next_due() const {
  if (!fires_ || expiry_.empty()) return kTimeMax;
  TimestampNs due = 0;
  return __builtin_add_overflow(expiry_.front().start, plan_.within, &due) ? kTimeMax : due;
}

uint64_t PatternState::FiringOrder(op::RecordId id) {
  if (!plan_.partition_key) return HeaderOf(id).sequence;
  return partitions_.at(HeaderOf(id).link.hash).sequence;
}

void PatternState::FireRun(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                           op::RowConsumer emit) {
  const ir::PatternState& state = plan_.states[HeaderOf(id).state];
  const ir::EdgeKernels kernels{ir::kNoKernel, ir::kNoKernel, plan_.deadline_check,
                                plan_.deadline_match};
  TimestampNs due = kTimeMax;
  if (plan_.within > 0 && __builtin_add_overflow(Start(id), plan_.within, &due)) due = kTimeMax;
  fired_due_ = due;
  fired_sequence_ = FiringOrder(id);
  // An absence is true at its deadline; a closure ends with its last element.
  Emit(call, nullptr, 0, nullptr, kernels, id, state.drains ? Last(id) : due, out, emit);
  Remove(call, id);
}

void PatternState::Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out,
                        op::RowConsumer emit) {
  while (!expiry_.empty() && PastDeadline(expiry_.front().start, clock)) {
    // All runs with one deadline, by partition and creation.
    const TimestampNs start = expiry_.front().start;
    due_.clear();
    for (; !expiry_.empty() && expiry_.front().start == start; expiry_.pop_front()) {
      const Expiry& entry = expiry_.front();
      if (HeaderOf(entry.run).generation == entry.generation) due_.push_back(entry);
    }
    if (plan_.partition_key) {
      std::stable_sort(due_.begin(), due_.end(), [&](const Expiry& a, const Expiry& b) {
        const bool a_runs = HeaderOf(a.run).state != 0;
        const bool b_runs = HeaderOf(b.run).state != 0;
        if (!a_runs || !b_runs) return a_runs < b_runs;
        return FiringOrder(a.run) < FiringOrder(b.run);
      });
    }
    for (const Expiry& entry : due_) {
      const uint32_t state = HeaderOf(entry.run).state;
      if (plan_.states[state].matches_at_deadline) {
        FireRun(call, entry.run, out, emit);
        continue;
      }
      if (state == 0) --remembered_;
      ++counters_.expired;
      Remove(call, entry.run);
    }
  }
}

void PatternState::Drain(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit) {
  std::vector<op::RecordId> runs;
  for (uint32_t state = 1; state < plan_.states.size(); ++state) {
    if (!plan_.states[state].drains) continue;
    const auto waiting = op::Chained(waiting_[state], LinkOf());
    runs.insert(runs.end(), waiting.begin(), waiting.end());
  }
  std::sort(runs.begin(), runs.end(), [&](op::RecordId a, op::RecordId b) {
    // Without a bound they are all due at the end.
    if (plan_.within > 0 && Start(a) != Start(b)) return Start(a) < Start(b);
    const uint64_t first = FiringOrder(a), second = FiringOrder(b);
    return first != second ? first < second : HeaderOf(a).sequence < HeaderOf(b).sequence;
  });
  for (const op::RecordId run : runs) FireRun(call, run, out, emit);
}

void PatternState::Expire(op::KernelCaller& call, TimestampNs clock) {
  if (fires_) return;
  while (!expiry_.empty()) {
    const Expiry front = expiry_.front();
    if (HeaderOf(front.run).generation == front.generation) {
      if (!PastDeadline(front.start, clock)) break;
      if (HeaderOf(front.run).state == 0) {
        --remembered_;
      } else {
        ++counters_.expired;
      }
      Remove(call, front.run);
    }
    expiry_.pop_front();
  }
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
  return bytes + partitions_.capacity() * sizeof(std::pair<uint64_t, Partition>);
}

}  // namespace varpulis::pattern
