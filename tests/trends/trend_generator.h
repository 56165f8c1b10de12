#pragma once

// Random patterns of trends and random events, and their texts.

#include <string>
#include <vector>

#include "tests/differential/dice.h"
#include "tests/trends/trend_model.h"

namespace varpulis::testing {

TrendPattern RandomPattern(Dice& dice);
// Few enough of one window that all trends can be built. With `late` some are older than those before them.
std::vector<TrendEvent> RandomEvents(Dice& dice, const TrendPattern& pattern, bool late);

// Emits `n all first sum avg lo hi fin`, and `k` of a partitioned one.
std::string ProgramText(const TrendPattern& pattern);
std::string EventText(const std::vector<TrendEvent>& events);

}  // namespace varpulis::testing
