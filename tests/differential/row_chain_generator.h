#pragma once

// Random chains of operators that need no window: limit distinct map filter on_error log fork.

#include <string>

#include "tests/differential/expression_generator.h"

namespace varpulis::testing {

struct RowChain {
  std::string text;  // `.limit(3) .map(x => ...)`
  Scope scope;       // what rows at its end have
};

// `scope` is what rows have that enter. `depth` bounds how far forks nest. Every row that leaves has
// the fields `k` and `u` if those that enter have them.
RowChain RandomRowChain(Dice& dice, const Scope& scope, int depth);

}  // namespace varpulis::testing
