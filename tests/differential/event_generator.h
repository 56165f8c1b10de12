#pragma once

#include <string>
#include <vector>

#include "tests/differential/expression_generator.h"

namespace varpulis::testing {

// The events of every random program: types A, B and C with the same fields.
const std::vector<std::string>& EventTypes();
const Scope& EventFields();

// JSON lines or event text. Fields are missing or null now and then, of another kind when the events
// are not declared; times mostly rise, some are equal, some step back.
std::string RandomEvents(Dice& dice, size_t count, bool declared);

}  // namespace varpulis::testing
