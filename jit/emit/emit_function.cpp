// Loops, functions and what functions may change.

#include "jit/emit/emit.h"

namespace varpulis::jit {

void Emit(KernelEmitter& e, ir::While inst) {
  auto rounds = e.b.Local(8, "rounds");
  e.b.Store(e.b.Int(0), rounds, Region::Anywhere());
  e.b.While(
      "while",
      [&] {
        const Operand yielded = e.EmitBlock(inst.condition_block);
        auto wanted = std::get<Nullable<Bool>>(yielded.content).value;
        auto round = e.b.LoadInt(rounds, Region::Anywhere(), "round");
        auto work = e.b.LoadInt(e.work(), Region::Anywhere(), "work");
        auto spent = e.b.Compare(ir::Predicate::Ge, round, e.b.Int(inst.limit), "spent") |
                     e.b.Compare(ir::Predicate::Le, work, e.b.Int(0), "tired");
        e.CountError(abi::EvalError::Limit, wanted & spent);
        return wanted & !spent;
      },
      [&] {
        auto round = e.b.LoadInt(rounds, Region::Anywhere(), "round");
        e.b.Store(e.b.Binary(ir::IntOp::Add, round, e.b.Int(1), "next"), rounds,
                  Region::Anywhere());
        auto work = e.b.LoadInt(e.work(), Region::Anywhere(), "work");
        e.b.Store(e.b.Binary(ir::IntOp::Sub, work, e.b.Int(1), "left"), e.work(),
                  Region::Anywhere());
        e.EmitBlock(inst.body_block);
      });
}

Val<Cell> Emit(KernelEmitter& e, const ir::CallFunction& inst) {
  auto arguments = e.CellArray(inst.arguments);
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_call_function, "", e.frame(), e.b.Int(inst.function), arguments,
             e.b.Int(static_cast<int64_t>(inst.arguments.size())), result);
  });
}

Val<Cell> Emit(KernelEmitter& e, const ir::ForEach& inst) {
  auto arguments = e.CellArray(inst.arguments);
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_for_each, "", e.frame(), e.b.Int(static_cast<int64_t>(inst.op)),
             e.b.Int(inst.function), e.b.Int(inst.pair ? 1 : 0), arguments,
             e.b.Int(static_cast<int64_t>(inst.arguments.size())), result);
  });
}

void Emit(KernelEmitter& e, ir::StoreGlobal inst) {
  e.b.Call(helper::vpl_store_global, "", e.frame(), e.b.Int(inst.global),
           e.b.Address(e.Any(inst.a)));
}

void Emit(KernelEmitter& e, ir::Collect inst) {
  e.b.Call(helper::vpl_collect, "", e.frame(), e.b.Int(inst.event), e.b.Address(e.Any(inst.a)));
}

}  // namespace varpulis::jit
