// Truth and choice.

#include "jit/emit/emit.h"

namespace varpulis::jit {

namespace {
Val<Bool> IsBool(KernelEmitter& e, const Val<Cell>& cell) {
  return e.b.Equal(cell.tag, static_cast<uint8_t>(abi::Tag::Bool), "is_bool");
}
Val<Bool> FlagOf(KernelEmitter& e, const Val<Cell>& cell) {
  return e.b.NotZero(e.b.LowByte(cell.head, "byte"), "flag");
}
Val<Bool> IsTrue(KernelEmitter& e, ir::ValueId id) {
  const Operand& x = e.Get(id);
  if (x.type != ir::Type::Any) return e.Flag(id).value & !e.Absent(x);
  return IsBool(e, e.Any(id)) & FlagOf(e, e.Any(id));
}
}  // namespace

Nullable<Bool> Emit(KernelEmitter& e, ir::Logic inst) {
  auto x = e.Flag(inst.a).value, y = e.Flag(inst.b).value;
  switch (inst.op) {
    case ir::LogicOp::And:
      return e.Present(x & y);
    case ir::LogicOp::Or:
      return e.Present(x | y);
    case ir::LogicOp::Xor:
      return e.Present(x ^ y);
  }
  VPL_CHECK(false, "LogicOp {}", static_cast<int>(inst.op));
}

Nullable<Bool> Emit(KernelEmitter& e, ir::Not inst) { return e.Present(!e.Flag(inst.a).value); }

Nullable<Bool> Emit(KernelEmitter& e, ir::Truth inst) { return e.Present(IsTrue(e, inst.a)); }

Nullable<Bool> Emit(KernelEmitter& e, ir::NotValue inst) {
  auto value = !IsTrue(e, inst.a);
  if (e.Get(inst.a).type != ir::Type::Any) return e.Present(value);
  auto cell = e.Any(inst.a);
  auto other_kind = !(IsBool(e, cell) | e.Absent(cell));
  e.CountError(abi::EvalError::Type, other_kind);
  return {value, e.MissingIf(other_kind)};
}

Nullable<Bool> Emit(KernelEmitter& e, ir::IsAbsent inst) {
  return e.Present(e.Absent(e.Get(inst.a)));
}

Operand Emit(KernelEmitter& e, ir::Select inst) {
  return e.b.Select(IsTrue(e, inst.condition), e.Get(inst.a), e.Get(inst.b), "chosen");
}

Operand Emit(KernelEmitter& e, ir::If inst) {
  return e.b.If(
      IsTrue(e, inst.condition), "if", [&] { return e.EmitBlock(inst.then_block); },
      [&] { return e.EmitBlock(inst.else_block); });
}

}  // namespace varpulis::jit
