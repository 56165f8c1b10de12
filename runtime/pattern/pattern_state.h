#pragma once

// State of one pattern: its open runs. A run waits in one state of the automaton; runs that wait in
// the same state with the same key hash form a chain in creation order, so that an event touches
// only runs with its key. Runs expire in creation order from a queue, in bulk.
//
//   header: link, sequence, generation, state | record: start, last, captures

#include <cstdint>
#include <deque>
#include <vector>

#include "base/time.h"
#include "compiler/ir/operators.h"
#include "runtime/operator/kernel_call.h"
#include "runtime/operator/key_index.h"
#include "runtime/operator/record_store.h"
#include "runtime/operator/row_consumer.h"

namespace varpulis::pattern {

struct PatternCounters {
  uint64_t opened = 0;
  uint64_t matched = 0;
  uint64_t expired = 0;
  uint64_t dropped = 0;  // by the run limits
};

// One way in which the current event fits a step.
struct StepHit {
  uint32_t step;
  const ir::StepInput* input;
  uint64_t probe;  // key hash, if the step is keyed
};

class PatternState {
 public:
  explicit PatternState(const ir::PatternPlan& plan);
  PatternState(const PatternState&) = delete;
  PatternState& operator=(const PatternState&) = delete;

  // Offers one row that passed the event-local filters of `hits`: runs advance in creation order,
  // matches are written to `out` and handed to `emit`, then the row may open a run (language.md 6.3).
  void Offer(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
             const std::vector<StepHit>& hits, TimestampNs clock, row::RowTable& out,
             op::RowConsumer emit);
  // Drops every run whose deadline lies before the clock.
  void Expire(op::KernelCaller& call, TimestampNs clock);
  // Releases all runs.
  void Release(op::KernelCaller& call);

  const PatternCounters& counters() const { return counters_; }
  uint32_t open() const { return store_.live(); }
  // Slabs, index and expiry queue.
  size_t bytes() const;

 private:
  struct Header {
    op::ChainLink link;
    uint64_t sequence;
    uint32_t generation;
    uint32_t state;
  };
  struct Expiry {
    op::RecordId run;
    uint32_t generation;
  };
  struct Candidate {
    uint64_t sequence;
    op::RecordId run;
    const StepHit* hit;
  };

  auto LinkOf() {
    return [this](op::RecordId id) -> op::ChainLink& { return HeaderOf(id).link; };
  }
  Header& HeaderOf(op::RecordId id) { return *reinterpret_cast<Header*>(store_.At(id)); }
  uint8_t* RecordOf(op::RecordId id) { return store_.At(id) + sizeof(Header); }
  TimestampNs& Start(op::RecordId id) { return reinterpret_cast<TimestampNs*>(RecordOf(id))[0]; }
  TimestampNs& Last(op::RecordId id) { return reinterpret_cast<TimestampNs*>(RecordOf(id))[1]; }
  bool PastDeadline(TimestampNs start, TimestampNs now) const {
    return plan_.within > 0 && base::TimeBetween(start, now) > plan_.within;
  }
  void Collect(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, const StepHit& hit,
               TimestampNs clock);
  void Advance(op::KernelCaller& call, const row::RowTable& rows, uint32_t row,
               const Candidate& candidate, row::RowTable& out, op::RowConsumer emit);
  void OpenRun(op::KernelCaller& call, const row::RowTable& rows, uint32_t row, const StepHit& hit,
               TimestampNs clock, row::RowTable& out, op::RowConsumer emit);
  void Link(op::RecordId id, uint32_t state, uint64_t hash);
  void Remove(op::KernelCaller& call, op::RecordId id);

  const ir::PatternPlan& plan_;
  op::RecordStore store_;
  std::vector<op::KeyIndex> waiting_;  // by state; unkeyed states use hash 0
  std::deque<Expiry> expiry_;          // in creation order
  std::vector<Candidate> candidates_;  // scratch
  uint64_t next_sequence_ = 1;
  uint32_t next_generation_ = 1;
  PatternCounters counters_;
};

}  // namespace varpulis::pattern
