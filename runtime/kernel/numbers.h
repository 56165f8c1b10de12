#pragma once

// Arithmetic on int64 as insts.h defines it: every operation has a value or the error that says why
// not.

#include <cstdint>

#include "compiler/ir/insts.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::kernel {

struct IntOutcome {
  int64_t value = 0;
  bool ok = true;
  abi::EvalError error = abi::EvalError::IntOverflow;

  static IntOutcome Failed(abi::EvalError error) { return {0, false, error}; }
};

IntOutcome IntBinary(ir::IntOp op, int64_t a, int64_t b);
IntOutcome IntUnary(ir::IntUnaryOp op, int64_t a);
IntOutcome IntPower(int64_t base, int64_t exponent);

struct FloatOutcome {
  double value = 0;
  bool ok = true;
  abi::EvalError error = abi::EvalError::DivZero;

  static FloatOutcome Failed(abi::EvalError error) { return {0, false, error}; }
};

FloatOutcome FloatBinary(ir::FloatOp op, double a, double b);

// The double as an int if it is in range (truncated toward zero), else IntOverflow.
IntOutcome TruncateToInt(double value);

}  // namespace varpulis::kernel
