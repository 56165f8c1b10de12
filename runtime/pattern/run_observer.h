#pragma once

// What happens to the runs of a pattern, for somebody who watches: a trace, or a forecast. Others watch none.

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "compiler/ir/pattern_plan.h"
#include "runtime/operator/record_store.h"
#include "runtime/row/table.h"

namespace varpulis::pattern {

enum class RunEnd : uint8_t {
  Complete,  // its last step was taken, or its deadline passed and that was a match
  Expired,   // its deadline passed
  Killed,    // by what must not come
  Broken,    // under .strict(), by an event that does not fit
  Evicted,   // for another run
  Released,  // with the pattern
};

enum class NotOpened : uint8_t {
  Blocked,  // what must not come before the pattern has come
  Growing,  // another run of the partition is still in its first closure
  Bound,    // too many runs are open
};

// Which elements of a closure a match has, by their places.
struct ChosenElements {
  uint32_t step;  // the closure
  std::vector<uint64_t> places;
};

// Calls come in the order in which things happen, on the engine's thread. `run` is the run's number, a later
// one is larger; `record` is where it lies until it has ended (PatternState::ReadRecord).
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // The run took the step and waits in `state` now; `key` is the hash by which it is found.
  virtual void Opened(uint64_t run, op::RecordId record, uint32_t step, uint32_t state,
                      uint64_t key, TimestampNs start) = 0;
  // Under .strategy(any): a run that is in everything like the run `from`, which stays as it was.
  virtual void Forked(uint64_t run, op::RecordId record, uint64_t from) = 0;
  virtual void Advanced(uint64_t run, uint32_t step, uint32_t state, uint64_t key) = 0;
  // With the row at hand as `step`, UINT32_MAX if it is none, and of some closures not all elements.
  virtual void Matched(uint64_t run, uint32_t step, const std::vector<ChosenElements>& chosen) = 0;
  virtual void Ended(uint64_t run, RunEnd end) = 0;
  // The edge's condition is false. A row that may open a run has none: `run` is 0, `record` null.
  virtual void Refused(uint64_t /*run*/, const ir::PatternEdge& /*edge*/,
                       const ir::EdgeKernels& /*kernels*/, const row::RowTable& /*rows*/,
                       uint32_t /*row*/, uint8_t* /*record*/) {}
  // The event came later than the edge's own `within` allows.
  virtual void TooLate(uint64_t /*run*/, const ir::PatternEdge& /*edge*/, DurationNs /*after*/) {}
  virtual void NotOpened(pattern::NotOpened /*why*/) {}
};

}  // namespace varpulis::pattern
