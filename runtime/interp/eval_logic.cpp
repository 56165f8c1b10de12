// Truth and choice.

#include "runtime/interp/eval.h"

namespace varpulis::interp {

Cell Eval(Machine& m, ir::Logic inst) {
  const bool a = IsTrue(m[inst.a]), b = IsTrue(m[inst.b]);
  switch (inst.op) {
    case ir::LogicOp::And:
      return Cell::Bool(a && b);
    case ir::LogicOp::Or:
      return Cell::Bool(a || b);
    case ir::LogicOp::Xor:
      return Cell::Bool(a != b);
  }
  return Cell::Missing();
}

Cell Eval(Machine& m, ir::Not inst) { return Cell::Bool(!IsTrue(m[inst.a])); }
Cell Eval(Machine& m, ir::Truth inst) { return Cell::Bool(IsTrue(m[inst.a])); }

Cell Eval(Machine& m, ir::NotValue inst) {
  const Cell& a = m[inst.a];
  if (!a.absent() && a.tag != Tag::Bool) return m.Fail(EvalError::Type);
  return Cell::Bool(!IsTrue(a));
}

Cell Eval(Machine& m, ir::IsAbsent inst) { return Cell::Bool(m[inst.a].absent()); }
Cell Eval(Machine& m, ir::Select inst) { return IsTrue(m[inst.condition]) ? m[inst.a] : m[inst.b]; }

Cell Eval(Machine& m, ir::If inst) {
  return m.RunBlock(IsTrue(m[inst.condition]) ? inst.then_block : inst.else_block);
}

}  // namespace varpulis::interp
