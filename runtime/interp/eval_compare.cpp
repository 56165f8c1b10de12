// Comparison.

#include "runtime/interp/eval.h"

namespace varpulis::interp {

Cell Eval(Machine& m, ir::Compare inst) {
  const auto truth = kernel::CompareCells(inst.predicate, m[inst.a], m[inst.b]);
  if (truth == kernel::Truth::NoValue) return m.Fail(EvalError::Type);
  return Cell::Bool(truth == kernel::Truth::True);
}

}  // namespace varpulis::interp
