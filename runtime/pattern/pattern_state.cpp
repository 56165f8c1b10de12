#include "runtime/pattern/pattern_state.h"

#include <algorithm>

#include "runtime/kernel/ownership.h"
#include "runtime/pattern/progress.h"

namespace varpulis::pattern {
namespace {

// Runs that one event may open before their numbers run into the next event's.
constexpr int kOpeningBits = 20;

}  // namespace

PatternState::PatternState(const ir::PatternPlan& plan, const RunBounds& bounds)
    : plan_(plan),
      bounds_(bounds),
      store_(static_cast<uint32_t>(sizeof(Header)) + plan.run.size),
      waiting_(plan.states.size()),
      watches_of_(plan.steps.size()),
      edges_of_(plan.steps.size()),
      choice_(plan, bounds.max_matches) {
  for (const ir::Closure& closure : plan.closures) {
    chains_.emplace_back(closure.lists.size());
    has_elements_ = has_elements_ || !closure.lists.empty();
    appended_.resize(appended_.size() + closure.lists.size());
  }
  shown_.resize(appended_.size());
  for (uint32_t i = 0; i < plan.edges.size(); ++i) {
    const ir::PatternEdge& edge = plan.edges[i];
    if (edge.kind == ir::EdgeKind::Begin) continue;
    const bool watches = edge.kind == ir::EdgeKind::Watch ||
                         (edge.kind != ir::EdgeKind::Kill && !IsOfRuns(edge.from));
    (watches ? watches_of_ : edges_of_)[edge.step].push_back(i);
  }
  if (bounds.overflow != Overflow::Drop && bounds.overflow != Overflow::Error) {
    progress_ = bounds.overflow == Overflow::EvictLeastProgress
                    ? StepsTaken(plan)
                    : std::vector<uint32_t>(plan.states.size());
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
  header.generation = NextGeneration();
  Start(id) = time;
  Last(id) = time;
  return id;
}

uint32_t PatternState::NextGeneration() {
  const uint32_t generation = next_generation_++;
  if (next_generation_ == 0) next_generation_ = 1;
  return generation;
}

void PatternState::Link(op::RecordId id, uint32_t state, uint64_t hash) {
  op::Append(waiting_[state], hash, id, LinkOf());
  HeaderOf(id).state = state;
  if (ranks() && IsOfRuns(state)) ranking_.Add(BoundKey(hash), RankOf(id));
}

void PatternState::Unlink(op::RecordId id) {
  const uint32_t state = HeaderOf(id).state;
  if (ranks() && IsOfRuns(state)) ranking_.Remove(BoundKey(HeaderOf(id).link.hash), RankOf(id));
  op::Remove(waiting_[state], id, LinkOf());
}

void PatternState::Discard(op::KernelCaller& call, op::RecordId id) {
  HeaderOf(id).generation = 0;
  if (has_elements_) ReleaseElements(call, id);
  kernel::ReleaseRecord(plan_.run, RecordOf(id), call.context());
  store_.Free(id);
}

void PatternState::Remove(op::KernelCaller& call, op::RecordId id, RunEnd end) {
  if (observer_ != nullptr && IsOfRuns(HeaderOf(id).state))
    observer_->Ended(HeaderOf(id).sequence, end);
  if (!watchers_.empty()) DropWatchers(call, id);
  if (fires_) LeavePartition(id);
  Unlink(id);
  Discard(call, id);
}

void PatternState::Schedule(op::RecordId id) {
  if (plan_.within > 0) expiry_.Push({Start(id), id, HeaderOf(id).generation});
}

void PatternState::JoinPartition(op::RecordId id) {
  const uint64_t key = plan_.partition_key ? HeaderOf(id).link.hash : 0;
  Partition& partition = partitions_[key];
  if (partition.runs++ == 0) partition.sequence = HeaderOf(id).sequence;
}

void PatternState::LeavePartition(op::RecordId id) {
  if (!IsOfRuns(HeaderOf(id).state)) return;
  const auto partition = partitions_.find(plan_.partition_key ? HeaderOf(id).link.hash : 0);
  if (partition != partitions_.end() && --partition->second.runs == 0) partitions_.erase(partition);
}

// --- one event -----------------------------------------------------------------------------------

void PatternState::Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
                         op::RowConsumer emit) {
  clock = std::max(clock, rows.time(row));
  clock_ = clock;
  came_.clear();
  for (ElementChains& chains : chains_) chains.BeginEvent();
  tried_.clear();
  for (const StepHit& hit : hits) {
    if (plan_.steps[hit.step].negated) {
      Kill(call, rows, row, hit);
      continue;
    }
    for (const uint32_t edge : edges_of_[hit.step]) tried_.push_back({edge, &hit});
  }
  if (!plan_.groups.empty()) Watch(call, rows, row, hits);
  // Edges of one state stand in the order in which they are preferred.
  std::sort(tried_.begin(), tried_.end(),
            [](const Tried& a, const Tried& b) { return a.edge < b.edge; });
  // A run is offered the event once: that matters where several edges lead out of its state.
  const auto same_state = [&](const Tried& a, const Tried& b) {
    return plan_.edges[a.edge].from == plan_.edges[b.edge].from;
  };
  // Under .strategy(any) each way in which it may take the event is a run of its own.
  asks_again_ = plan_.selection == ir::Selection::Strict ||
                (plan_.selection != ir::Selection::Any &&
                 std::adjacent_find(tried_.begin(), tried_.end(), same_state) != tried_.end());
  found_.clear();
  candidates_.clear();
  for (const Tried& tried : tried_) Collect(call, rows, row, tried, clock);
  if (plan_.selection == ir::Selection::Strict) CollectBroken(hits);
  const auto in_order = [](const Candidate& a, const Candidate& b) {
    return a.sequence < b.sequence;
  };
  // Runs that advanced at different times may stand out of creation order within one chain.
  if (!std::is_sorted(candidates_.begin(), candidates_.end(), in_order)) {
    std::stable_sort(candidates_.begin(), candidates_.end(), in_order);
  }
  // `emit` may offer derived rows to other patterns only: candidates_ is not touched meanwhile.
  for (const Candidate& candidate : candidates_) Advance(call, rows, row, candidate, out, emit);
  const bool taken = !candidates_.empty();
  for (const StepHit& hit : hits) {
    const auto& blockers = plan_.blockers;
    if (std::find(blockers.begin(), blockers.end(), hit.step) != blockers.end())
      Remember(call, hit.step, rows.time(row), rows.time(row), hit.probe);
  }
  if (plan_.selection != ir::Selection::Stnm || !taken)
    Open(call, rows, row, hits, clock, out, emit);
}

// Whether the edge's condition is true of the row and the run.
bool PatternState::Guards(op::KernelCaller& call, const ir::PatternEdge& edge, const StepHit& hit,
                          const row::RowTable& rows, uint32_t row, op::RecordId run) {
  const ir::EdgeKernels& kernels = edge.kernels[hit.input];
  if (kernels.guard == ir::kNoKernel) return true;
  const bool shows = has_elements_ && (kernels.guard_reads_lists || observer_ != nullptr);
  if (shows) ShowElements(run);
  const bool passes = call.Test(kernels.guard, rows, row, RecordOf(run));
  if (!passes && observer_ != nullptr && IsOfRuns(HeaderOf(run).state)) {
    observer_->Refused(HeaderOf(run).sequence, edge, kernels, rows, row, RecordOf(run));
  }
  if (shows) HideElements(run);
  return passes;
}

// Decision D14: the event counts from the binding in front of the negation to the deadline.
void PatternState::Kill(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        const StepHit& hit) {
  const TimestampNs time = rows.time(row);
  for (const uint32_t id : edges_of_[hit.step]) {
    const ir::PatternEdge& edge = plan_.edges[id];
    ForRuns(edge.from, edge.keyed, hit, [&](op::RecordId run) {
      if (time < IntSlot(run, edge.since) || PastDeadline(Start(run), time)) return;
      if (!Guards(call, edge, hit, rows, row, run)) return;
      if (!IsOfRuns(edge.from)) return DropWatcher(call, run);
      ++counters_.killed;
      Remove(call, run, RunEnd::Killed);
    });
  }
}

void PatternState::Collect(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const Tried& tried, TimestampNs clock) {
  const ir::PatternEdge& edge = plan_.edges[tried.edge];
  const StepHit& hit = *tried.hit;
  const TimestampNs time = rows.time(row);
  ForRuns(edge.from, edge.keyed, hit, [&](op::RecordId id) {
    // By the clock, which a late event does not turn back: whether the run has been removed already
    // depends on where batches end.
    if (time < Last(id) || PastDeadline(Start(id), clock)) return;
    if (asks_again_ && found_.contains(id)) return;
    if (edge.within > 0 && base::TimeBetween(Last(id), time) > edge.within) {
      if (observer_ != nullptr)
        observer_->TooLate(HeaderOf(id).sequence, edge, base::TimeBetween(Last(id), time));
      return;
    }
    if (!Guards(call, edge, hit, rows, row, id)) return;
    if (asks_again_) found_.insert(id);
    candidates_.push_back({HeaderOf(id).sequence, id, HeaderOf(id).generation, &edge, &hit});
  });
}

bool PatternState::HasRoom(const ir::PatternEdge& edge, op::RecordId id) {
  if (edge.closure == UINT32_MAX) return true;
  const ir::Closure& closure = plan_.closures[edge.closure];
  const uint32_t limit = bounds_.max_closure.value_or(closure.limit);
  const bool subsets = closure.mode == ir::ClosureMode::Subsets;
  const uint32_t room = subsets ? std::min(limit, kMostSubsetElements) : limit;
  if (IntSlot(id, closure.count_slot) < int64_t{room}) return true;
  ++IntSlot(id, closure.truncated_slot);
  ++counters_.truncated;
  return false;
}

void PatternState::Advance(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                           const Candidate& candidate, row::RowTable& out, op::RowConsumer emit) {
  const op::RecordId id = candidate.run;
  if (HeaderOf(id).generation != candidate.generation) return;
  if (candidate.edge == nullptr) return Break(call, id, out, emit);
  const ir::PatternEdge& edge = *candidate.edge;
  const bool forks = edge.kind == ir::EdgeKind::Take || plan_.run_per_choice;
  if (plan_.selection == ir::Selection::Any && forks)
    return Fork(call, rows, row, candidate, out, emit);
  const ir::EdgeKernels& kernels = edge.kernels[candidate.hit->input];
  const TimestampNs time = rows.time(row);
  Last(id) = time;
  if (!HasRoom(edge, id)) return;
  const uint64_t hash = Capture(call, rows, row, edge, candidate.hit->input, id);
  if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
  if (edge.ends) return Remove(call, id, RunEnd::Complete);
  if (observer_ != nullptr) observer_->Advanced(HeaderOf(id).sequence, edge.step, edge.to, hash);
  if (HeaderOf(id).state == edge.to && HeaderOf(id).link.hash == hash) return;
  Unlink(id);
  Link(id, edge.to, hash);
  if (!watchers_.empty()) DropWatchers(call, id, plan_.states[edge.to].groups);
}

// The run stays as it was beside what the event makes of it.
void PatternState::Fork(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        const Candidate& candidate, row::RowTable& out, op::RowConsumer emit) {
  const ir::PatternEdge& edge = *candidate.edge;
  const ir::EdgeKernels& kernels = edge.kernels[candidate.hit->input];
  const TimestampNs time = rows.time(row);
  if (edge.kind == ir::EdgeKind::More && !HasRoom(edge, candidate.run)) return;
  const op::RecordId id = Allocate(Start(candidate.run));
  CopyRun(call, candidate.run, id);
  Last(id) = time;
  const uint64_t hash = Capture(call, rows, row, edge, candidate.hit->input, id);
  if (!edge.ends && !FindRoom(call, id, hash, clock_)) return Discard(call, id);
  if (observer_ != nullptr)
    observer_->Forked(HeaderOf(id).sequence, id, HeaderOf(candidate.run).sequence);
  if (edge.has_match) Emit(call, &rows, row, &edge, kernels, id, time, out, emit);
  if (edge.ends) {
    if (observer_ != nullptr) observer_->Ended(HeaderOf(id).sequence, RunEnd::Complete);
    return Discard(call, id);
  }
  if (observer_ != nullptr) observer_->Advanced(HeaderOf(id).sequence, edge.step, edge.to, hash);
  Link(id, edge.to, hash);
  if (!watchers_.empty()) CopyWatchers(call, candidate.run, id);
  if (fires_) JoinPartition(id);
  Schedule(id);
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
    abi::ArrayValue* list = List(id, slot);
    if (list != nullptr) list->size = static_cast<uint64_t>(size);
  }
}

void PatternState::Emit(op::KernelCaller& call, const row::RowTable* rows, uint32_t row,
                        const ir::PatternEdge* edge, const ir::EdgeKernels& kernels,
                        op::RecordId id, TimestampNs time, row::RowTable& out,
                        op::RowConsumer emit) {
  if (is_closed_) return;
  if (has_elements_) ShowElements(id);
  const auto put_out = [&] {
    if (!ElementsFit(call, rows, row, id, time)) return;
    if (kernels.check != ir::kNoKernel && !call.Holds(kernels.check, rows, row, RecordOf(id), time))
      return;
    ++counters_.matched;
    if (observer_ != nullptr) {
      const uint32_t step = edge == nullptr ? UINT32_MAX : edge->step;
      observer_->Matched(HeaderOf(id).sequence, step, choice_.Chosen());
    }
    emit(call.Project(kernels.match, rows, row, RecordOf(id), out, time));
  };
  choice_.Begin(RecordOf(id), edge == nullptr ? UINT32_MAX : edge->closure);
  if (choice_.is_single()) {
    put_out();
  } else {
    PutOutChoices(id, put_out);
  }
  if (has_elements_) HideElements(id);
}

void PatternState::PutOutChoices(op::RecordId id, const std::function<void()>& put_out) {
  // Whether the choice is cut short is known before the first match says so.
  const bool cut = choice_.is_larger_than(bounds_.max_matches);
  if (cut) ++counters_.cut;
  if (plan_.enumeration_slot != UINT32_MAX) {
    RecordOf(id)[plan_.run.slots[plan_.enumeration_slot].offset] = cut ? 1 : 0;
  }
  while (!is_closed_ && choice_.Next()) put_out();
  choice_.End();
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
    if (!IsOfRuns(state)) continue;
    ForRuns(state, plan_.partition_key, *watched, [&](op::RecordId id) {
      if (found_.contains(id)) return;
      candidates_.push_back({HeaderOf(id).sequence, id, HeaderOf(id).generation, nullptr, watched});
    });
  }
}

void PatternState::Break(op::KernelCaller& call, op::RecordId id, row::RowTable& out,
                         op::RowConsumer emit) {
  ++counters_.broken;
  if (plan_.states[HeaderOf(id).state].drains) return FireRun(call, id, out, emit);
  Remove(call, id, RunEnd::Broken);
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
  ir::EdgeKernels kernels;
  kernels.check = plan_.deadline_check;
  kernels.match = plan_.deadline_match;
  TimestampNs due = kTimeMax;
  if (plan_.within > 0 && __builtin_add_overflow(Start(id), plan_.within, &due)) due = kTimeMax;
  fired_due_ = due;
  fired_sequence_ = FiringOrder(id);
  // An absence is true at its deadline; a closure ends with its last element.
  Emit(call, nullptr, 0, nullptr, kernels, id, state.drains ? Last(id) : due, out, emit);
  Remove(call, id, RunEnd::Complete);
}

void PatternState::Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out,
                        op::RowConsumer emit) {
  while (!expiry_.empty() && PastDeadline(expiry_.front().start, clock)) {
    // All runs with one deadline, by partition and creation.
    const TimestampNs start = expiry_.front().start;
    due_.clear();
    for (; !expiry_.empty() && expiry_.front().start == start; expiry_.Pop()) {
      const DueRun& entry = expiry_.front();
      if (HeaderOf(entry.run).generation == entry.generation) due_.push_back(entry);
    }
    if (plan_.partition_key) {
      std::stable_sort(due_.begin(), due_.end(), [&](const DueRun& a, const DueRun& b) {
        const bool a_runs = IsOfRuns(HeaderOf(a.run).state);
        const bool b_runs = IsOfRuns(HeaderOf(b.run).state);
        if (!a_runs || !b_runs) return a_runs < b_runs;
        return FiringOrder(a.run) < FiringOrder(b.run);
      });
    }
    for (const DueRun& entry : due_) {
      const uint32_t state = HeaderOf(entry.run).state;
      if (plan_.states[state].matches_at_deadline) {
        FireRun(call, entry.run, out, emit);
        continue;
      }
      EndOfTime(call, entry.run);
    }
  }
}

// Of a run, of what is remembered, or of a watcher without a run.
void PatternState::EndOfTime(op::KernelCaller& call, op::RecordId id) {
  const uint32_t state = HeaderOf(id).state;
  if (state == 0) {
    --remembered_;
  } else if (!IsOfRuns(state)) {
    return DropWatcher(call, id);
  } else {
    ++counters_.expired;
  }
  Remove(call, id, RunEnd::Expired);
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
    const DueRun front = expiry_.front();
    if (HeaderOf(front.run).generation == front.generation) {
      if (!PastDeadline(front.start, clock)) break;
      EndOfTime(call, front.run);
    }
    expiry_.Pop();
  }
}

void PatternState::Release(op::KernelCaller& call) {
  // Watchers go with their runs, and stand behind them.
  for (op::KeyIndex& index : waiting_) {
    for (op::RecordId id : op::Chained(index, LinkOf())) Remove(call, id, RunEnd::Released);
  }
  watching_ = 0;
  for (abi::ArrayValue*& list : appended_) kernel::ReleaseList(call.context(), list);
  std::fill(appended_.begin(), appended_.end(), nullptr);
  expiry_.Clear();
}

size_t PatternState::bytes() const {
  size_t bytes = store_.bytes() + expiry_.bytes();
  for (const op::KeyIndex& index : waiting_) bytes += op::IndexBytes(index);
  bytes += watchers_.capacity() * sizeof(std::pair<op::RecordId, std::vector<op::RecordId>>) +
           watching_ * sizeof(op::RecordId);
  for (const ElementChains& chains : chains_) bytes += chains.bytes();
  return bytes + ranking_.bytes() + partitions_.capacity() * sizeof(std::pair<uint64_t, Partition>);
}

}  // namespace varpulis::pattern
