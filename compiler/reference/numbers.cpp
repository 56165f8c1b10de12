#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Numbers() {
  return {Family::Function,
          "Numbers",
          {
              {"abs", "abs(x)", "The absolute value, of the type of `x`.", "abs(-3) == 3"},
              {"sqrt", "sqrt(x) -> float", "The square root; no value for a negative number.",
               "sqrt(16) == 4.0"},
              {"floor", "floor(x) -> int", "The largest integer that is not above `x`.",
               "floor(-1.5) == -2"},
              {"ceil", "ceil(x) -> int", "The smallest integer that is not below `x`.",
               "ceil(1.2) == 2"},
              {"round", "round(x) -> int, round(x, digits) -> float",
               "The nearest integer, halves away from zero; with `digits`, to that many decimal "
               "places.",
               "round(2.5) == 3 and round(2.345, 1) == 2.3"},
              {"pow", "pow(x, y)", "`x` to the power of `y`, as `x ** y`.", "pow(2, 10) == 1024"},
              {"exp", "exp(x) -> float", "e to the power of `x`.", "exp(0) == 1.0"},
              {"log", "log(x) -> float", "The natural logarithm; no value unless `x` is positive.",
               "log(1) == 0.0"},
              {"log10", "log10(x) -> float",
               "The logarithm to base ten; no value unless `x` is positive.", "log10(1000) == 3.0"},
              {"sin", "sin(x) -> float", "The sine of an angle in radians.", "sin(0) == 0.0"},
              {"cos", "cos(x) -> float", "The cosine of an angle in radians.", "cos(0) == 1.0"},
              {"tan", "tan(x) -> float", "The tangent of an angle in radians.", "tan(0) == 0.0"},
              {"min", "min(x, ...)",
               "The smallest argument: an integer if all are, else a float. Arguments without a "
               "value are passed "
               "over.",
               "min(3, 1, 2) == 1"},
              {"max", "max(x, ...)",
               "The largest argument: an integer if all are, else a float. Arguments without a "
               "value are passed "
               "over.",
               "max(3, 1, 2) == 3"},
              {"clamp", "clamp(x, low, high)",
               "`x`, or the bound that it lies beyond; no value if `low` is above `high`.",
               "clamp(12, 0, 10) == 10"},
          }};
}

}  // namespace varpulis::reference
