#include "runtime/kernel/numbers.h"

#include <cmath>

#include "runtime/kernel/helpers.h"

namespace varpulis::kernel {
namespace {

using abi::EvalError;

IntOutcome Checked(bool overflow, int64_t value) {
  return overflow ? IntOutcome::Failed(EvalError::IntOverflow) : IntOutcome{value};
}

IntOutcome Divide(int64_t a, int64_t b) {
  if (b == 0) return IntOutcome::Failed(EvalError::DivZero);
  if (b == -1) return Checked(a == INT64_MIN, static_cast<int64_t>(-static_cast<uint64_t>(a)));
  return {a / b};
}

// The least value modulo -1 traps in hardware; the result is 0 for every dividend.
IntOutcome Modulo(int64_t a, int64_t b) {
  if (b == 0) return IntOutcome::Failed(EvalError::DivZero);
  return {b == -1 ? 0 : a % b};
}

IntOutcome Shift(ir::IntOp op, int64_t a, int64_t count) {
  if (count < 0 || count > 63) return IntOutcome::Failed(EvalError::Domain);
  if (op == ir::IntOp::ShiftRight) return {a >> count};
  return {static_cast<int64_t>(static_cast<uint64_t>(a) << count)};
}

}  // namespace

IntOutcome IntBinary(ir::IntOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  switch (op) {
    case ir::IntOp::Add: {
      bool overflow = __builtin_add_overflow(a, b, &result);
      return Checked(overflow, result);
    }
    case ir::IntOp::Sub: {
      bool overflow = __builtin_sub_overflow(a, b, &result);
      return Checked(overflow, result);
    }
    case ir::IntOp::Mul: {
      bool overflow = __builtin_mul_overflow(a, b, &result);
      return Checked(overflow, result);
    }
    case ir::IntOp::Div:
      return Divide(a, b);
    case ir::IntOp::Mod:
      return Modulo(a, b);
    case ir::IntOp::Pow:
      return IntPower(a, b);
    case ir::IntOp::And:
      return {a & b};
    case ir::IntOp::Or:
      return {a | b};
    case ir::IntOp::Xor:
      return {a ^ b};
    case ir::IntOp::ShiftLeft:
    case ir::IntOp::ShiftRight:
      return Shift(op, a, b);
  }
  return {};
}

IntOutcome IntUnary(ir::IntUnaryOp op, int64_t a) {
  switch (op) {
    case ir::IntUnaryOp::Not:
      return {~a};
    case ir::IntUnaryOp::Abs:
      if (a >= 0) return {a};
      [[fallthrough]];
    case ir::IntUnaryOp::Neg:
      return Checked(a == INT64_MIN, static_cast<int64_t>(-static_cast<uint64_t>(a)));
  }
  return {};
}

// By repeated squaring. The square is not needed after the last bit, so its overflow only counts
// while bits remain.
IntOutcome IntPower(int64_t base, int64_t exponent) {
  if (exponent < 0) return IntOutcome::Failed(EvalError::Domain);
  int64_t result = 1;
  int64_t square = base;
  while (exponent > 0) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, square, &result)) {
      return IntOutcome::Failed(EvalError::IntOverflow);
    }
    exponent >>= 1;
    if (exponent > 0 && __builtin_mul_overflow(square, square, &square)) {
      return IntOutcome::Failed(EvalError::IntOverflow);
    }
  }
  return {result};
}

FloatOutcome FloatBinary(ir::FloatOp op, double a, double b) {
  switch (op) {
    case ir::FloatOp::Add:
      return {a + b};
    case ir::FloatOp::Sub:
      return {a - b};
    case ir::FloatOp::Mul:
      return {a * b};
    case ir::FloatOp::Div:
      if (b == 0) return FloatOutcome::Failed(EvalError::DivZero);
      return {a / b};
    case ir::FloatOp::Mod:
      if (b == 0) return FloatOutcome::Failed(EvalError::DivZero);
      return {abi::vpl_mod_float(a, b)};
    case ir::FloatOp::Pow:
      return {abi::vpl_pow_float(a, b)};
  }
  return {};
}

IntOutcome TruncateToInt(double value) {
  if (value >= -0x1p63 && value < 0x1p63) return {static_cast<int64_t>(value)};
  return IntOutcome::Failed(EvalError::IntOverflow);
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

int64_t vpl_pow_int(KernelFrame* frame, int64_t a, int64_t b, void* state) noexcept {
  kernel::IntOutcome outcome = kernel::IntPower(a, b);
  *static_cast<uint8_t*>(state) = outcome.ok ? kPresent : kMissing;
  if (!outcome.ok) ++frame->errors[static_cast<size_t>(outcome.error)];
  return outcome.value;
}

double vpl_pow_float(double a, double b) noexcept { return std::pow(a, b); }
double vpl_mod_float(double a, double b) noexcept { return std::fmod(a, b); }

}  // extern "C"

}  // namespace varpulis::abi
