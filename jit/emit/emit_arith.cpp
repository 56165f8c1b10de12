// Numbers.

#include "jit/emit/emit.h"

namespace varpulis::jit {

namespace {

using abi::EvalError;

// A number and the reasons why there may be none.
struct Outcome {
  Val<Int64> value;
  Val<Bool> overflow;
  Val<Bool> by_zero;
  Val<Bool> out_of_domain;
};

// The sign of the result differs from what the operands allow. Unlike the overflow intrinsics of
// LLVM this stays vector code.
Outcome AddOrSubtract(Builder& b, ir::IntOp op, Val<Int64> x, Val<Int64> y) {
  using enum ir::IntOp;
  auto value = b.Binary(op, x, y);
  auto first = b.Binary(Xor, x, op == Add ? value : y, "sign");
  auto second = b.Binary(Xor, op == Add ? y : x, value, "sign");
  auto both = b.Binary(And, first, second, "signs");
  return {value, b.Compare(ir::Predicate::Lt, both, b.Int(0), "overflow"), {}, {}};
}

Outcome DivideOrModulo(Builder& b, ir::IntOp op, Val<Int64> x, Val<Int64> y) {
  using enum ir::Predicate;
  auto by_zero = b.Compare(Eq, y, b.Int(0), "by_zero");
  auto by_minus_one = b.Compare(Eq, y, b.Int(-1), "by_minus_one");
  auto safe = b.Select(by_zero | by_minus_one, b.Int(1), y, "safe_divisor");
  auto result = b.Binary(op, x, safe, "result");
  if (op == ir::IntOp::Mod) {
    return {b.Select(by_minus_one, b.Int(0), result), {}, by_zero, {}};
  }
  auto negated = b.Binary(ir::IntOp::Sub, b.Int(0), x, "negated");
  auto least = b.Compare(Eq, x, b.Int(INT64_MIN), "least");
  return {b.Select(by_minus_one, negated, result), by_minus_one & least, by_zero, {}};
}

Outcome Shift(Builder& b, ir::IntOp op, Val<Int64> x, Val<Int64> count) {
  auto out_of_domain = b.AtLeastUnsigned(count, 64, "out_of_domain");
  auto safe = b.Binary(ir::IntOp::And, count, b.Int(63), "safe_count");
  return {b.Binary(op, x, safe), {}, {}, out_of_domain};
}

Outcome Compute(Builder& b, ir::IntOp op, Val<Int64> x, Val<Int64> y) {
  using enum ir::IntOp;
  switch (op) {
    case Add:
    case Sub:
      return AddOrSubtract(b, op, x, y);
    case Mul: {
      auto product = b.Multiply(x, y);
      return {product.value, product.overflow, {}, {}};
    }
    case Div:
    case Mod:
      return DivideOrModulo(b, op, x, y);
    case And:
    case Or:
    case Xor:
      return {b.Binary(op, x, y), {}, {}, {}};
    case ShiftLeft:
    case ShiftRight:
      return Shift(b, op, x, y);
    case Pow:
      break;
  }
  VPL_CHECK(false, "Pow is a helper");
}

// Counts the reasons for present operands and makes the state.
Val<Byte> Settle(KernelEmitter& e, Val<Bool> absent, const Outcome& outcome) {
  auto failed = absent;
  const auto reason = [&](Val<Bool> condition, EvalError error) {
    if (!condition.exists()) return;
    e.CountError(error, condition & !absent);
    failed = failed | condition;
  };
  reason(outcome.overflow, EvalError::IntOverflow);
  reason(outcome.by_zero, EvalError::DivZero);
  reason(outcome.out_of_domain, EvalError::Domain);
  return e.MissingIf(failed);
}

Nullable<Int64> Power(KernelEmitter& e, const Nullable<Int64>& x, const Nullable<Int64>& y) {
  return e.b.If(
      e.AnyAbsent(x, y), "power", [&] { return Nullable<Int64>{e.b.Int(0), e.missing()}; },
      [&] {
        auto state = e.b.Local(1, "state.at");
        auto value = e.b.Call(helper::vpl_pow_int, "power", e.frame(), x.value, y.value, state);
        return Nullable<Int64>{value, e.b.LoadByte(state, Region::Anywhere(), "state")};
      });
}

}  // namespace

Nullable<Int64> Emit(KernelEmitter& e, ir::IntBinary inst) {
  auto x = e.Int(inst.a), y = e.Int(inst.b);
  if (inst.op == ir::IntOp::Pow) return Power(e, x, y);
  auto outcome = Compute(e.b, inst.op, x.value, y.value);
  return {outcome.value, Settle(e, e.AnyAbsent(x, y), outcome)};
}

Nullable<Int64> Emit(KernelEmitter& e, ir::IntUnary inst) {
  auto x = e.Int(inst.a);
  auto& b = e.b;
  auto absent = e.Absent(x.state);
  if (inst.op == ir::IntUnaryOp::Not) {
    return {b.Binary(ir::IntOp::Xor, x.value, b.Int(-1)), e.MissingIf(absent)};
  }
  auto least = b.Compare(ir::Predicate::Eq, x.value, b.Int(INT64_MIN), "least");
  auto value = b.Binary(ir::IntOp::Sub, b.Int(0), x.value, "negated");
  if (inst.op == ir::IntUnaryOp::Abs) {
    auto negative = b.Compare(ir::Predicate::Lt, x.value, b.Int(0), "negative");
    value = b.Select(negative, value, x.value);
  }
  return {value, Settle(e, absent, {value, least, {}, {}})};
}

Nullable<Float64> Emit(KernelEmitter& e, ir::FloatBinary inst) {
  using enum ir::FloatOp;
  auto x = e.Float(inst.a), y = e.Float(inst.b);
  auto& b = e.b;
  auto absent = e.AnyAbsent(x, y);
  Outcome outcome;
  if (inst.op == Div || inst.op == Mod) {
    outcome.by_zero = b.CompareIeee(ir::Predicate::Eq, y.value, b.Float(0), "by_zero");
  }
  auto state = Settle(e, absent, outcome);
  if (inst.op != Mod && inst.op != Pow) return {b.Binary(inst.op, x.value, y.value), state};
  auto value = b.If(
      e.Absent(state), "call", [&] { return b.Float(0); },
      [&] {
        return inst.op == Mod ? b.Call(helper::vpl_mod_float, "remainder", x.value, y.value)
                              : b.Call(helper::vpl_pow_float, "power", x.value, y.value);
      });
  return {value, state};
}

Nullable<Float64> Emit(KernelEmitter& e, ir::FloatUnary inst) {
  auto x = e.Float(inst.a);
  auto& b = e.b;
  Outcome outcome;
  if (inst.op == ir::FloatUnaryOp::Sqrt) {
    outcome.out_of_domain = b.CompareIeee(ir::Predicate::Lt, x.value, b.Float(0), "out_of_domain");
  }
  auto state = Settle(e, e.Absent(x.state), outcome);
  switch (inst.op) {
    case ir::FloatUnaryOp::Neg:
      return {b.Negate(x.value), state};
    case ir::FloatUnaryOp::Abs:
      return {b.Abs(x.value), state};
    case ir::FloatUnaryOp::Sqrt:
      return {b.Sqrt(x.value), state};
  }
  VPL_CHECK(false, "FloatUnaryOp {}", static_cast<int>(inst.op));
}

Nullable<Float64> Emit(KernelEmitter& e, ir::IntToFloat inst) {
  auto x = e.Int(inst.a);
  return {e.b.ToFloat(x.value), e.MissingIf(e.Absent(x.state))};
}

}  // namespace varpulis::jit
