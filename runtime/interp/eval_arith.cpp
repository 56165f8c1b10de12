// Numbers.

#include <cmath>

#include "runtime/interp/eval.h"
#include "runtime/kernel/numbers.h"

namespace varpulis::interp {

namespace {
Cell IntOr(Machine& m, const kernel::IntOutcome& outcome) {
  return outcome.ok ? Cell::Int(outcome.value) : m.Fail(outcome.error);
}
}  // namespace

Cell Eval(Machine& m, ir::IntBinary inst) {
  const Cell &a = m[inst.a], &b = m[inst.b];
  if (a.absent() || b.absent()) return Cell::Missing();
  return IntOr(m, kernel::IntBinary(inst.op, a.integer, b.integer));
}

Cell Eval(Machine& m, ir::IntUnary inst) {
  const Cell& a = m[inst.a];
  if (a.absent()) return Cell::Missing();
  return IntOr(m, kernel::IntUnary(inst.op, a.integer));
}

Cell Eval(Machine& m, ir::FloatBinary inst) {
  const Cell &a = m[inst.a], &b = m[inst.b];
  if (a.absent() || b.absent()) return Cell::Missing();
  const auto outcome = kernel::FloatBinary(inst.op, a.number, b.number);
  return outcome.ok ? Cell::Float(outcome.value) : m.Fail(outcome.error);
}

Cell Eval(Machine& m, ir::FloatUnary inst) {
  const Cell& a = m[inst.a];
  if (a.absent()) return Cell::Missing();
  switch (inst.op) {
    case ir::FloatUnaryOp::Neg:
      return Cell::Float(-a.number);
    case ir::FloatUnaryOp::Abs:
      return Cell::Float(std::fabs(a.number));
    case ir::FloatUnaryOp::Sqrt:
      return a.number < 0 ? m.Fail(EvalError::Domain) : Cell::Float(std::sqrt(a.number));
  }
  return Cell::Missing();
}

Cell Eval(Machine& m, ir::IntToFloat inst) {
  const Cell& a = m[inst.a];
  return a.absent() ? Cell::Missing() : Cell::Float(static_cast<double>(a.integer));
}

}  // namespace varpulis::interp
