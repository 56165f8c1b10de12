#pragma once

// Small random patterns and event streams.

#include <string>
#include <vector>

#include "tests/differential/dice.h"
#include "tests/oracle/description.h"

namespace varpulis::oracle {

using testing::Dice;

struct PatternLimits {
  bool subsets = true;  // `.subsets()` may be chosen
  bool any = false;     // `.strategy(any)` may be chosen
  bool disordered = false;
};

Pattern RandomPattern(Dice& dice, const std::string& name, const PatternLimits& limits);

struct StreamLimits {
  size_t most_events = 20;
  bool disordered = false;  // times step back now and then
};

std::vector<Event> RandomStream(Dice& dice, const StreamLimits& limits);

}  // namespace varpulis::oracle
