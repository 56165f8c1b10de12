#pragma once

// State of one pattern: its open runs. A run waits in one state of the automaton; runs that wait in
// the same state with the same key hash form a chain in creation order, so that an event touches
// only runs with its key. Runs expire in the order of their deadlines from a queue, in bulk.
//
//   header: link, sequence, generation, state | record: start, last, captures

#include <cstdint>
#include <functional>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/time.h"
#include "compiler/ir/pattern_plan.h"
#include "runtime/operator/due_queue.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/restored_part.h"
#include "runtime/operator/row_consumer.h"
#include "runtime/pattern/choice.h"
#include "runtime/pattern/due_run.h"
#include "runtime/pattern/element_chains.h"
#include "runtime/pattern/run_bounds.h"
#include "runtime/pattern/run_observer.h"
#include "runtime/pattern/run_ranking.h"
#include "runtime/state/counters.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::pattern {

struct PatternCounters {
  uint64_t opened = 0;
  uint64_t matched = 0;
  uint64_t expired = 0;
  uint64_t killed = 0;     // by what must not come
  uint64_t broken = 0;     // under .strict(), by an event that does not fit
  uint64_t dropped = 0;    // new ones, at a bound
  uint64_t evicted = 0;    // open ones, at a bound, for a new one
  uint64_t forgotten = 0;  // events that a negation in front had to remember, at a bound
  uint64_t truncated = 0;  // elements that closures had no room for
  uint64_t cut = 0;        // completions with more choices than are tried

  // Calls visit(counter) for all of them, in order.
  template <typename Counters, typename Visit>
  static void ForEach(Counters& counters, const Visit& visit) {
    for (auto* counter : {&counters.opened, &counters.matched, &counters.expired, &counters.killed,
                          &counters.broken, &counters.dropped, &counters.evicted,
                          &counters.forgotten, &counters.truncated, &counters.cut}) {
      visit(*counter);
    }
  }
  PatternCounters& operator+=(const PatternCounters& other) {
    state::AddCounters(*this, other);
    return *this;
  }
};
static_assert(sizeof(PatternCounters) == 10 * sizeof(uint64_t), "ForEach visits all of them");

// One way in which the current event concerns a step.
struct StepHit {
  uint32_t step;
  uint32_t input;  // of the step
  uint64_t probe;  // key hash, if the step has a probe
};

class PatternState {
 public:
  explicit PatternState(const ir::PatternPlan& plan, const RunBounds& bounds = {});
  PatternState(const PatternState&) = delete;
  PatternState& operator=(const PatternState&) = delete;

  // Offers one row that passed the event-local filters of `hits`: what it forbids is killed, runs advance
  // in creation order, matches are written to `out` and handed to `emit`, then the row may open a run
  // (language.md 6.3).
  void Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
             const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
             op::RowConsumer emit);

  // Arrival number of the event that causes the following calls of Offer. Runs are numbered by the event
  // that opened them, so that their order does not depend on what else this state holds.
  void set_event(uint64_t event) { event_ = event; }

  // Of an open run, for whoever watches it: calls read(record) with what it has bound, the elements of
  // closures included, for the time of the call.
  template <typename Read>
  void ReadRecord(op::RecordId run, const Read& read) {
    if (has_elements_) ShowElements(run);
    read(RecordOf(run));
    if (has_elements_) HideElements(run);
  }
  // When it began, and where it waits.
  TimestampNs start_of(op::RecordId run) { return Start(run); }
  uint32_t state_of(op::RecordId run) { return HeaderOf(run).state; }
  // The open runs by the numbers by which the observer knows them. O(runs)
  absl::flat_hash_map<uint64_t, op::RecordId> RunsByNumber();

  // Who is told what happens to runs; null, as at first: nobody.
  void set_observer(RunObserver* observer) { observer_ = observer; }

  // Nobody wants matches any more, or somebody does again: meanwhile none is made, nor counted. Runs go on as
  // ever. May be called while a match is handed on: the next one is not made.
  void set_closed(bool is_closed) { is_closed_ = is_closed; }

  // Whether runs have matches when their deadline passes.
  bool fires() const { return fires_; }
  // Earliest time after which a run's deadline has passed; kTimeMax if there is none.
  TimestampNs next_due() const;
  // Ends the runs whose deadline lies before the clock; those that waited for it have a match. In the
  // order of deadline, creation of the partition, creation of the run.
  void Fire(op::KernelCaller& call, TimestampNs clock, row::RowTable& out, op::RowConsumer emit);
  // End of input: closures yield what they have (decision D18).
  void Drain(op::KernelCaller& call, row::RowTable& out, op::RowConsumer emit);
  // Of the run whose match is just emitted by Fire or Drain: its deadline, and its place among those
  // with the same one.
  TimestampNs fired_due() const { return fired_due_; }
  uint64_t fired_sequence() const { return fired_sequence_; }

  // Drops the runs whose deadline lies before the clock, unless they are to be fired.
  void Expire(op::KernelCaller& call, TimestampNs clock);
  // Releases all runs.
  void Release(op::KernelCaller& call);

  // Between two events: open runs, what negations in front remember, and what has been counted. A state is
  // restored from one part for each engine that saved some of it, and FinishRestore; after a failure of
  // the reader nothing may follow but Release. pattern_restore.cpp
  void Save(state::StateWriter& out);
  void Restore(op::KernelCaller& call, state::StateReader& in, const op::RestoredPart& part);
  void FinishRestore();

  // A run had to be left out under Overflow::Error: the program is to stop.
  bool overflowed() const { return overflowed_; }
  const PatternCounters& counters() const { return counters_; }
  uint32_t open() const { return store_.live() - remembered_ - watching_; }
  // Slabs, index and expiry queue.
  size_t bytes() const;

 private:
  struct Header {
    op::ChainLink link;
    // Of what is remembered: the step that it came for. Of a watcher: the run that it watches for.
    uint64_t sequence;
    uint32_t generation;
    uint32_t state;
  };
  struct Candidate {
    uint64_t sequence;
    op::RecordId run;
    uint32_t generation;          // of the run; another one: it has been evicted meanwhile
    const ir::PatternEdge* edge;  // nullptr: the event ends the run
    const StepHit* hit;
  };
  struct Tried {
    uint32_t edge;
    const StepHit* hit;
  };
  struct Partition {
    uint64_t sequence = 0;  // of the run that created it
    uint64_t runs = 0;
  };

  auto LinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeaderOf(id).link; };
  }
  Header& HeaderOf(op::RecordId id) { return *reinterpret_cast<Header*>(store_.At(id)); }
  uint8_t* RecordOf(op::RecordId id) { return store_.At(id) + sizeof(Header); }
  TimestampNs& Start(op::RecordId id) { return reinterpret_cast<TimestampNs*>(RecordOf(id))[0]; }
  TimestampNs& Last(op::RecordId id) { return reinterpret_cast<TimestampNs*>(RecordOf(id))[1]; }
  int64_t& IntSlot(op::RecordId id, uint32_t slot) {
    return *reinterpret_cast<int64_t*>(RecordOf(id) + plan_.run.slots[slot].offset);
  }
  bool PastDeadline(TimestampNs start, TimestampNs now) const {
    return plan_.within > 0 && base::TimeBetween(start, now) > plan_.within;
  }

  // Calls visit(run) for the runs in the state that the hit may concern; they may be removed.
  // Whether runs stand in the state, not watchers or what is remembered.
  bool IsOfRuns(uint32_t state) const {
    return state != 0 && plan_.states[state].group == UINT32_MAX;
  }
  bool IsOfWatchers(uint32_t state) const { return plan_.states[state].group != UINT32_MAX; }
  template <typename Visit>
  void ForRuns(uint32_t state, bool keyed, const StepHit& hit, const Visit& visit);
  bool Guards(op::KernelCaller& call, const ir::PatternEdge& edge, const StepHit& hit,
              const row::RowTable& rows, uint32_t row, op::RecordId run);
  void Kill(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, const StepHit& hit);
  void Collect(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, const Tried& tried,
               TimestampNs clock);
  void Advance(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
               const Candidate& candidate, row::RowTable& out, op::RowConsumer emit);
  void Fork(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
            const Candidate& candidate, row::RowTable& out, op::RowConsumer emit);
  // closures.cpp: elements lie in chains, which runs share; a record has them while kernels read it.
  // Takes the row into the record as the edge says; the hash by which the record is found from now on.
  uint64_t Capture(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                   const ir::PatternEdge& edge, uint32_t input, op::RecordId id);
  size_t FirstList(uint32_t closure) const;
  ElementChains::View ViewOf(const ir::Closure& closure, op::RecordId id);
  // How much the view has of the chain stays as the record says.
  void SetView(const ir::Closure& closure, op::RecordId id, const ElementChains::View& view);
  void ShowElements(op::RecordId id);
  void HideElements(op::RecordId id);
  void CopyRun(op::KernelCaller& call, op::RecordId from, op::RecordId to);
  void ReleaseElements(op::KernelCaller& call, op::RecordId id);
  abi::ArrayValue*& List(op::RecordId id, uint32_t slot) {
    return *reinterpret_cast<abi::ArrayValue**>(RecordOf(id) + plan_.run.slots[slot].offset);
  }
  // False if the closure has no room for the element.
  bool HasRoom(const ir::PatternEdge& edge, op::RecordId id);
  void Emit(op::KernelCaller& call, const row::RowTable* rows, uint32_t row,
            const ir::PatternEdge* edge, const ir::EdgeKernels& kernels, op::RecordId id,
            TimestampNs time, row::RowTable& out, op::RowConsumer emit);
  void PutOutChoices(op::RecordId id, const std::function<void()>& put_out);
  void Open(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
            const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
            op::RowConsumer emit);
  bool MayOpen(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
               const ir::PatternEdge& edge, const StepHit& hit, TimestampNs clock);
  void OpenRun(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
               const ir::PatternEdge& edge, const StepHit& hit, TimestampNs clock,
               row::RowTable& out, op::RowConsumer emit);
  // The runs that are bounded together have one key, or all of them 0.
  bool bounded_by_key() const { return plan_.partition_key || plan_.constant_key; }
  uint64_t BoundKey(uint64_t hash) const { return bounded_by_key() ? hash : 0; }
  // Runs beside the one that is about to be opened.
  uint32_t others() const { return open() - 1; }
  uint64_t OpenOfKey(uint64_t hash) const;
  bool IsFull(op::KernelCaller& call, uint64_t hash, TimestampNs clock);
  bool IsSampled(op::RecordId id);
  bool MakeRoom(op::KernelCaller& call, op::RecordId id, op::RecordId victim);
  bool FindRoom(op::KernelCaller& call, op::RecordId id, uint64_t hash, TimestampNs clock);
  // Whether runs are ranked for a policy that evicts.
  bool ranks() const { return !progress_.empty(); }
  Rank RankOf(op::RecordId id) {
    return {progress_[HeaderOf(id).state], HeaderOf(id).sequence, id};
  }
  void CollectBroken(const std::vector<StepHit>& hits);
  void Break(op::KernelCaller& call, op::RecordId id, row::RowTable& out, op::RowConsumer emit);
  // The step came for the runs of the hash's partition; it is remembered until its deadline, from `start`.
  void Remember(op::KernelCaller& call, uint32_t step, TimestampNs start, TimestampNs end,
                uint64_t hash);
  bool IsBlocked(const ir::PatternEdge& edge, TimestampNs time, const StepHit& hit,
                 TimestampNs clock);
  // watchers.cpp: what must not come is more than one event.
  struct Watched {
    op::RecordId record;  // a watcher, or the run to make one for
    uint32_t generation;
    const ir::PatternEdge* edge;
    const StepHit* hit;
  };
  void Watch(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
             const std::vector<StepHit>& hits);
  void FindWatched(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                   const Tried& tried);
  void AdvanceWatcher(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                      const Watched& watched);
  void BeginWatcher(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                    const Watched& watched);
  void BeginFreeWatchers(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                         const std::vector<StepHit>& hits, const ir::NegatedGroup& group);
  void BeginFreeWatcher(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
                        const Watched& watched);
  void Occur(op::KernelCaller& call, const ir::NegatedGroup& group, op::RecordId watcher);
  void EndWatched(op::KernelCaller& call, op::RecordId id);
  bool IsOfOnePartition(op::RecordId a, op::RecordId b);
  op::RecordId AllocateWatcher(op::RecordId run, TimestampNs start);
  size_t WatchersOf(op::RecordId run) const;
  bool IsWatched(op::RecordId run, uint32_t way, TimestampNs time);
  void CopyWatchers(op::KernelCaller& call, op::RecordId from, op::RecordId to);
  // Those of the groups stay.
  void DropWatchers(op::KernelCaller& call, op::RecordId run,
                    const std::vector<uint32_t>& but_of = {});
  void DropWatcher(op::KernelCaller& call, op::RecordId watcher);
  uint32_t NextGeneration();

  bool ElementsFit(op::KernelCaller& call, const row::RowTable* rows, uint32_t row, op::RecordId id,
                   TimestampNs time);
  // The record shows that many elements of the closure.
  void Show(const ir::Closure& closure, op::RecordId id, int64_t size);
  void FireRun(op::KernelCaller& call, op::RecordId id, row::RowTable& out, op::RowConsumer emit);
  void Schedule(op::RecordId id);
  void EndOfTime(op::KernelCaller& call, op::RecordId id);
  void JoinPartition(op::RecordId id);
  void LeavePartition(op::RecordId id);
  uint64_t FiringOrder(op::RecordId id);
  // pattern_restore.cpp
  void SaveRun(op::RecordId id, state::StateWriter& out);
  void SaveWatchers(const std::vector<op::RecordId>& records, state::StateWriter& out) const;
  void SavePartitions(state::StateWriter& out) const;
  op::RecordId RestoreRun(op::KernelCaller& call, state::StateReader& in, uint32_t state);
  void RequireClosures(state::StateReader& in, op::RecordId id);
  void RestoreElements(op::KernelCaller& call, state::StateReader& in,
                       const std::vector<op::RecordId>& records);
  void Place(op::RecordId id);
  void RestoreWatchers(state::StateReader& in, const std::vector<op::RecordId>& records);
  bool MayWatch(op::RecordId watcher, op::RecordId run);
  op::RecordId Allocate(TimestampNs time);
  void Link(op::RecordId id, uint32_t state, uint64_t hash);
  void Unlink(op::RecordId id);
  void Remove(op::KernelCaller& call, op::RecordId id, RunEnd end);
  void Discard(op::KernelCaller& call, op::RecordId id);

  const ir::PatternPlan& plan_;
  const RunBounds bounds_;
  op::RecordStore store_;
  std::vector<op::KeyIndex> waiting_;  // by state; unkeyed states use hash 0
  std::vector<uint32_t> progress_;     // by state, of Rank; empty if nothing is ever evicted
  RunRanking ranking_;
  bool overflowed_ = false;
  bool is_closed_ = false;
  RunObserver* observer_ = nullptr;
  // What has come of negations in front of the pattern, in state 0's index: their time is `start`.
  uint32_t remembered_ = 0;
  uint32_t watching_ = 0;                                                  // watchers
  absl::flat_hash_map<op::RecordId, std::vector<op::RecordId>> watchers_;  // by run
  std::vector<std::vector<uint32_t>> watches_of_;  // as edges_of_, by step of a negated group
  op::DueQueue<DueRun> expiry_;
  absl::flat_hash_map<uint64_t, Partition, op::IdentityHash> partitions_;  // if the pattern fires
  std::vector<std::vector<uint32_t>> edges_of_;  // by step: edges that its events may take
  Choice choice_;
  std::vector<ElementChains> chains_;  // by closure
  bool has_elements_ = false;          // some closure keeps them
  // By list of a closure, one closure behind the other: what a kernel appends to, and what it reads.
  std::vector<abi::ArrayValue*> appended_;
  std::vector<std::vector<uint64_t>> shown_;
  std::vector<abi::Cell> element_;               // scratch
  std::vector<Candidate> candidates_;            // scratch
  std::vector<Tried> tried_;                     // scratch
  std::vector<Watched> watched_;                 // scratch
  std::vector<Tried> tried_watches_;             // scratch
  absl::flat_hash_set<uint64_t> found_watches_;  // scratch: records, with ways
  // Runs that the event at hand has found or opened, if somebody asks again.
  absl::flat_hash_set<op::RecordId> found_;
  bool asks_again_ = false;
  std::vector<uint32_t>
      came_;                 // scratch: of what negations in front remember, with the event at hand
  std::vector<DueRun> due_;  // scratch
  uint64_t event_ = 0;
  TimestampNs clock_ = kTimeMin;  // of the event at hand
  uint64_t next_sequence_ = 0;
  uint32_t next_generation_ = 1;
  bool fires_ = false;
  TimestampNs fired_due_ = 0;
  uint64_t fired_sequence_ = 0;
  PatternCounters counters_;
};

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

}  // namespace varpulis::pattern
