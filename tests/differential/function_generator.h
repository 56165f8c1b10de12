#pragma once

// Random user functions: branches, loops, variables, calls of earlier functions, a global variable that
// some of them assign.

#include <string>
#include <vector>

#include "tests/differential/expression_generator.h"

namespace varpulis::testing {

struct RandomFunction {
  std::string name;
  std::vector<Kind> parameters;
  Kind result;
};

// Appends the declarations to `program`.
std::vector<RandomFunction> RandomFunctions(Dice& dice, std::string& program);

// A call with arguments over the scope.
Readable RandomCall(Dice& dice, const RandomFunction& function, const Scope& scope);

// `int`, `float`, `str`, `bool`.
const char* TypeWord(Kind kind);

}  // namespace varpulis::testing
