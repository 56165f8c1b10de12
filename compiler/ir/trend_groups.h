#pragma once

// Streams of trends that have a closure in common (language.md 8.1, sharing; after Poppe, Lei, Rundensteiner,
// Maier: To Share, or not to Share Online Event Trend Aggregation Over Bursty Event Streams, SIGMOD 2021): the
// same events, told apart by nothing, with the same partitions and windows of the same length. An event
// of the closure changes the graphs of all of them in the same way, so that a burst of such events can be kept
// once, and brought to a graph when somebody looks at it.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"

namespace varpulis::ir {

struct TrendGroup {
  struct Member {
    uint32_t stream;
    uint32_t step;  // the closure
  };
  TableId table = kNoTable;     // whose rows are the closure's events, by its only input
  std::vector<Member> members;  // two or more, in order of declaration
};

// No stream is in two groups.
std::vector<TrendGroup> TrendGroups(const Plan& plan);

}  // namespace varpulis::ir
