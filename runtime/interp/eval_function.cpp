// Loops, functions and what functions may change.

#include "runtime/interp/eval.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::interp {

void Eval(Machine& m, ir::While inst) {
  for (int64_t round = 0; IsTrue(m.RunBlock(inst.condition_block)); ++round) {
    if (round == inst.limit || m.frame.context->work-- <= 0) {
      m.Fail(EvalError::Limit);
      return;
    }
    m.RunBlock(inst.body_block);
  }
}

Cell Eval(Machine& m, const ir::CallFunction& inst) {
  const auto arguments = m.Gather(inst.arguments);
  Cell result;
  abi::vpl_call_function(&m.frame, inst.function, arguments.data(),
                         static_cast<int64_t>(arguments.size()), &result);
  return result;
}

Cell Eval(Machine& m, const ir::ForEach& inst) {
  const auto arguments = m.Gather(inst.arguments);
  Cell result;
  abi::vpl_for_each(&m.frame, static_cast<int64_t>(inst.op), inst.function, inst.pair ? 1 : 0,
                    arguments.data(), static_cast<int64_t>(arguments.size()), &result);
  return result;
}

void Eval(Machine& m, ir::StoreGlobal inst) {
  abi::vpl_store_global(&m.frame, inst.global, &m[inst.a]);
}

void Eval(Machine& m, ir::Collect inst) { abi::vpl_collect(&m.frame, inst.event, &m[inst.a]); }

}  // namespace varpulis::interp
