#pragma once

// What an engine keeps for the operators of a stream that need no window.

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "runtime/enrich/lookups.h"
#include "runtime/exec/tap_state.h"
#include "runtime/operator/distinct_state.h"
#include "runtime/operator/restored_part.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::exec {

// Of a LimitOperator: how many rows have passed.
struct Passed {
  int64_t rows = 0;
};

// Of a ForkOperator, while a row runs through its paths.
struct ForkProgress {
  static constexpr uint32_t kNoPath = UINT32_MAX;

  uint32_t row = 0;          // AtLeast: the row that is being put together
  uint32_t first = kNoPath;  // First: the path whose rows go on
  uint32_t productive = 0;   // paths that have put out a row
  std::vector<uint8_t> has_put_out;
};

// Of a SortOperator, until its batch has ended: rows of its two tables.
struct SortBatch {
  struct Row {
    uint32_t row;
    uint32_t key;
  };
  std::vector<Row> rows;
};

using OperatorState = std::variant<std::monostate, Passed, std::unique_ptr<op::DistinctState>,
                                   std::unique_ptr<TapState>, std::unique_ptr<enrich::Lookups>,
                                   ForkProgress, SortBatch>;

// The state that the operator starts with; none for an operator that keeps nothing here. `provider`
// answers lookups and outlives the state; null: nobody does.
OperatorState MakeState(const ir::Operator& op, enrich::Provider* provider);
// Bytes behind the state, without what the kernel context accounts for.
size_t StateBytes(const OperatorState& state);
// Between two batches; what an operator remembers for the time of a row or a batch is not saved. Restored is into
// a state that MakeState made for the same operator, from one part for each engine that saved some of it.
void SaveState(OperatorState& state, state::StateWriter& out);
void RestoreState(OperatorState& state, op::KernelCaller& call, state::StateReader& in,
                  const op::RestoredPart& part);
// Gives back what the state's records own. To be called before it is destroyed.
void Release(OperatorState& state, op::KernelCaller& call);

}  // namespace varpulis::exec
