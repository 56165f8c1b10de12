// Keys.

#include "compiler/ir/key_hash.h"
#include "runtime/interp/eval.h"

namespace varpulis::interp {

Cell Eval(Machine& m, ir::Hash inst) { return Cell::Int(kernel::HashCell(m[inst.a])); }

Cell Eval(Machine& m, ir::HashCombine inst) {
  const Cell &a = m[inst.a], &b = m[inst.b];
  if (a.absent() || b.absent()) return Cell::Missing();
  return Cell::Int(ir::CombineHash(a.integer, b.integer));
}

Cell Eval(Machine& m, ir::SameKey inst) {
  return Cell::Bool(kernel::EqualKeys(m[inst.a], m[inst.b]));
}

}  // namespace varpulis::interp
