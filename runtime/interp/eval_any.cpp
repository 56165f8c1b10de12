// Dynamic values.

#include <vector>

#include "runtime/interp/eval.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/values.h"

namespace varpulis::interp {

Cell Eval(Machine& m, ir::BinaryAny inst) {
  return kernel::BinaryAny(m.frame, inst.op, m[inst.a], m[inst.b]);
}

Cell Eval(Machine& m, ir::UnaryAny inst) {
  Cell result;
  abi::vpl_unary_any(&m.frame, static_cast<int64_t>(inst.op), &m[inst.a], &result);
  return result;
}

Cell Eval(Machine& m, const ir::CallBuiltin& inst) {
  const auto arguments = m.Gather(inst.arguments);
  Cell result;
  abi::vpl_call_builtin(&m.frame, inst.builtin, arguments.data(),
                        static_cast<int64_t>(arguments.size()), &result);
  return result;
}

Cell Eval(Machine& m, const ir::MakeArray& inst) {
  const auto elements = m.Gather(inst.elements);
  return kernel::MakeArray(m.frame, elements.data(), elements.size());
}

Cell Eval(Machine& m, const ir::MakeMap& inst) {
  std::vector<abi::VplString> keys;
  for (uint32_t key : inst.keys) keys.push_back(abi::VplString::Borrow(m.kernel.strings[key]));
  const auto values = m.Gather(inst.values);
  Cell result;
  abi::vpl_make_map(&m.frame, keys.data(), values.data(), static_cast<int64_t>(values.size()),
                    &result);
  return result;
}

}  // namespace varpulis::interp
