#pragma once

#include <string>

#include "tests/differential/dice.h"

namespace varpulis::testing {

// A program of one to five streams over the events of event_generator.h: filters, projections, chains
// of row operators, windows, sequences and merges, over events and over each other. `declared` chooses whether the
// event types are declared. The compiler accepts most of them.
std::string RandomProgram(Dice& dice, bool declared);

}  // namespace varpulis::testing
