#pragma once

// What a stream of trends puts out, from the words of the language: every trend of a window is built, event
// by event, and then looked at. Shares no code with the engine.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace varpulis::testing {

struct TrendEvent {
  TimestampNs time = 0;
  std::string type;         // "A" or "B"
  std::string key;          // text of field `k`; empty: none
  std::optional<double> v;  // field `v`
};

// `v OP operand`, or `k == alias.k`; of an alias that is not bound nothing is true.
struct TrendCondition {
  enum class Compare { Less, Greater, NotEqual, SameKey };
  static constexpr int kConstant = -1;

  Compare compare = Compare::Less;
  int step = kConstant;  // whose `v` is the operand; a closure's own step: its element before
  double constant = 0;
};

struct TrendStep {
  enum class Repeat { One, Plus, Star, Optional };

  std::string type;
  Repeat repeat = Repeat::One;
  std::vector<TrendCondition> conditions;

  bool repeats() const { return repeat == Repeat::Plus || repeat == Repeat::Star; }
  bool may_be_left_out() const { return repeat == Repeat::Star || repeat == Repeat::Optional; }
};

struct TrendPattern {
  std::vector<TrendStep> steps;  // step i is called `s<i>`
  DurationNs within = 0;
  bool partitioned = false;
  bool updates = false;
};

// The lines of a program that emits, of step 0 and of the last step: see ProgramText.
std::vector<std::string> ModelLines(const TrendPattern& pattern,
                                    const std::vector<TrendEvent>& events);

}  // namespace varpulis::testing
