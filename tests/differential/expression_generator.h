#pragma once

// Random expressions of a wanted type over the values in scope.

#include <string>
#include <vector>

#include "tests/differential/dice.h"

namespace varpulis::testing {

enum class Kind { Int, Float, Str, Bool };

// Something that an expression may read: `amount`, `l.user`.
struct Readable {
  std::string text;
  Kind kind;
};
using Scope = std::vector<Readable>;

// `depth` bounds how far it nests. The values are of the wanted kind unless the events are untyped
// and hold something else.
std::string Expression(Dice& dice, const Scope& scope, Kind kind, int depth);

}  // namespace varpulis::testing
