// Conversions between typed values and cells.

#include "runtime/interp/eval.h"
#include "runtime/kernel/values.h"

namespace varpulis::interp {

// A typed value is the cell that it would be boxed to.
Cell Eval(Machine& m, ir::Box inst) { return m[inst.a]; }

Cell Eval(Machine& m, ir::Unbox inst) {
  const Cell& a = m[inst.a];
  if (a.absent() || inst.type == ir::Type::Any) return a;
  if (inst.type == ir::Type::Int && kernel::IsInt(a)) return Cell::Int(a.integer);
  if (inst.type == ir::Type::Float && kernel::IsNumber(a)) return Cell::Float(kernel::NumberOf(a));
  if (inst.type == ir::Type::Str && a.tag == Tag::IntText) {
    return Cell::Str(kernel::MakeText(*m.frame.context, kernel::CellText(a).view()));
  }
  return a.tag == kernel::TagOf(inst.type) ? a : m.Fail(EvalError::Type);
}

Cell Eval(Machine& m, ir::ToNumber inst) {
  const Cell& a = m[inst.a];
  return kernel::IsNumber(a) ? Cell::Float(kernel::NumberOf(a)) : Cell::Missing();
}

}  // namespace varpulis::interp
