#pragma once

// Questions about one filter: the kernel of a `.where`, a mask byte per row, against the same
// condition as a loop. Frames are as large as the engine's batches.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/contest.h"
#include "runtime/row/table.h"

namespace varpulis::bench {

// Writes mask[0 .. count) for the rows from `first` on.
using FilterLoop = std::function<void(uint32_t first, uint32_t count, uint8_t* mask)>;

struct FilterCase {
  std::string name;
  std::string condition;  // of ticks, in VPL
  FilterLoop (*bind)(const row::RowTable& ticks);
};

// Few enough rows to stay in the cache: columns that a decoder has just written are there, too.
inline constexpr uint32_t kFilterRows = 32 * 4096;

std::vector<Question> FilterQuestions(const std::vector<FilterCase>& cases, uint32_t rows);

}  // namespace varpulis::bench
