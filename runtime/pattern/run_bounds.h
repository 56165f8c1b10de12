#pragma once

// How many runs a pattern may have open, and what happens to the one that is too many (language.md 6.3,
// decision D28).

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/limits.h"

namespace varpulis::pattern {

enum class Overflow : uint8_t {
  Drop,                // the new run is not opened
  EvictOldest,         // the run that was opened first ends without a match
  EvictLeastProgress,  // the run that has taken the fewest steps ends, of several the oldest
  Sample,  // a share of the new runs is opened, as under EvictOldest; the others are not
  Error,   // the program stops
};

inline constexpr uint32_t kMostSubsetElements = 62;

struct RunBounds {
  // Open runs per pattern, partition and value of the equality that links every step to the first, if
  // there is one; and per pattern in all.
  uint32_t max_runs = limits::kMaxRunsPerKey;
  uint32_t max_runs_total = limits::kMaxRunsPerPattern;
  Overflow overflow = Overflow::Drop;
  double sample_rate = 0;  // in [0, 1]: the share of Overflow::Sample
  // Elements of one closure, nothing: what the plan says. Of a closure whose subsets are asked for at most
  // kMostSubsetElements, more cannot be numbered.
  std::optional<uint32_t> max_closure;
  uint32_t max_matches = limits::kMaxMatchesPerCompletion;  // choices tried per completion
};

// `drop`, `evict_oldest`, `evict_least_progress`, `sample(0.1)` or `error`, as language.md 6.3 names
// them; false if it is none of them.
bool ReadOverflow(std::string_view text, RunBounds& bounds);

}  // namespace varpulis::pattern
