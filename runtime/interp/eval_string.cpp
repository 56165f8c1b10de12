// Text.

#include "runtime/interp/eval.h"
#include "runtime/kernel/contains.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/text.h"

namespace varpulis::interp {

Cell Eval(Machine& m, ir::StrTest inst) {
  const Cell &a = m[inst.a], &b = m[inst.b];
  if (a.absent() || b.absent()) return Cell::Missing();
  const auto text = a.string.view(), part = b.string.view();
  switch (inst.op) {
    case ir::StrTestOp::Contains:
      return Cell::Bool(kernel::Contains(text, part));
    case ir::StrTestOp::StartsWith:
      return Cell::Bool(text.starts_with(part));
    case ir::StrTestOp::EndsWith:
      return Cell::Bool(text.ends_with(part));
  }
  return Cell::Missing();
}

Cell Eval(Machine& m, ir::StrCase inst) {
  const Cell& a = m[inst.a];
  if (a.absent()) return Cell::Missing();
  const auto target = inst.op == ir::StrCaseOp::Lower ? kernel::Case::Lower : kernel::Case::Upper;
  return Cell::Str(kernel::MapCase(*m.frame.context, a.string, target));
}

Cell Eval(Machine& m, ir::RegexTest inst) {
  const Cell& a = m[inst.a];
  if (a.absent()) return Cell::Missing();
  return Cell::Bool(abi::vpl_regex_match(&m.frame, &a.string, inst.regex) != 0);
}

}  // namespace varpulis::interp
