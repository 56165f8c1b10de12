#pragma once

// Random conditions of steps and of matches, and outputs, over what is bound where they stand.

#include "tests/differential/dice.h"
#include "tests/oracle/description.h"

namespace varpulis::oracle {

void AddConditions(testing::Dice& dice, Pattern& pattern);
void AddOutputs(testing::Dice& dice, Pattern& pattern);

}  // namespace varpulis::oracle
