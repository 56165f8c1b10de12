// Keys.

#include "compiler/ir/key_hash.h"
#include "runtime/interp/eval.h"

namespace varpulis::interp {

Cell Eval(Machine& m, ir::Hash inst) { return Cell::Int(kernel::HashCell(m[inst.a])); }

Cell Eval(Machine& m, ir::HashCombine inst) {
  return Cell::Int(ir::CombineHash(m[inst.a].integer, m[inst.b].integer));
}

Cell Eval(Machine& m, ir::SameKey inst) {
  return Cell::Bool(kernel::EqualKeys(m[inst.a], m[inst.b]));
}

}  // namespace varpulis::interp
