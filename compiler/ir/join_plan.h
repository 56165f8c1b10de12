#pragma once

// A join ready to run (language.md 3, language-later.md 9, decision D30). More than two sides are joined pairwise
// from the left:
//
//   join(A, B, C)     stage 0: A, B -> rows of A and B
//                     stage 1: those rows, C -> joined rows

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/record_layout.h"
#include "compiler/ir/row_operators.h"

namespace varpulis::ir {

// One way into a side: rows of `table` that pass the event-local filter.
struct JoinInput {
  TableId table;
  KernelId filter = kNoKernel;   // row -> bool, evaluated in phase 1
  bool ordered = false;          // filter and key must be evaluated in the order of the events
  KernelId probe = kNoKernel;    // row -> i64: hash of the key
  KernelId has_key = kNoKernel;  // row -> bool: no part of the key is absent
  KernelId guard = kNoKernel;    // row, record of the other side -> bool: the keys are equal
  KernelId same = kNoKernel;     // row, record of this side -> bool: the keys are equal
  KernelId capture = kNoKernel;  // row -> record of this side
  KernelId match = kNoKernel;    // row, record of the other side -> row of `match_table`
};

struct JoinSide {
  std::string name;
  bool kept = false;              // rows without a partner come out, too
  std::vector<JoinInput> inputs;  // of what an earlier stage joined: one, without a filter
  RecordLayout record;            // slot 0 `time` ts, then key and captured slots
  // Of a kept side: record -> row of `match_table`, with nulls for the other side.
  KernelId unmatched = kNoKernel;
};

// What is on the left with one more side on the right.
struct JoinStage {
  std::array<JoinSide, 2> sides;
  TableId match_table = kNoTable;
  std::string key_text;
};

struct JoinPlan {
  std::vector<JoinStage> stages;
  DurationNs within = 0;

  TableId match_table() const { return stages.back().match_table; }
  // The sides as they are written; the rows of an earlier stage are none.
  uint32_t side_count() const { return static_cast<uint32_t>(stages.size()) + 1; }
  const JoinSide& side(uint32_t i) const {
    return i == 0 ? stages.front().sides[0] : stages[i - 1].sides[1];
  }
};

}  // namespace varpulis::ir
