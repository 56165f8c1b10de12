// Conversions between typed values and cells.

#include "jit/emit/emit.h"
#include "jit/emit/equality.h"

namespace varpulis::jit {

namespace {

// State of an unboxed cell: its own if absent, missing with an error if it is of another kind.
Val<Byte> StateUnless(KernelEmitter& e, const Val<Cell>& cell, Val<Bool> fits) {
  auto other_kind = !(fits | e.Absent(cell));
  e.CountError(abi::EvalError::Type, other_kind);
  return e.b.Select(other_kind, e.missing(), e.StateOf(cell), "state");
}

Val<Bool> HasTag(KernelEmitter& e, const Val<Cell>& cell, abi::Tag tag) {
  return e.b.Equal(cell.tag, static_cast<uint8_t>(tag), "fits");
}

Val<Str> DigitsOf(KernelEmitter& e, const Val<Cell>& cell) {
  auto& b = e.b;
  auto result = b.Local(sizeof(abi::VplString), "result");
  b.Call(helper::vpl_int_text, "", e.frame(), cell.head, PtrCast<abi::VplString>(result));
  return b.LoadStr(result, Region::Anywhere(), false);
}

Nullable<Str> UnboxText(KernelEmitter& e, const Val<Cell>& cell) {
  auto is_digits = HasTag(e, cell, abi::Tag::IntText);
  auto fits = HasTag(e, cell, abi::Tag::Str) | is_digits;
  auto text = e.b.If(
      is_digits, "digits", [&] { return DigitsOf(e, cell); },
      [&] { return Val<Str>{cell.head, cell.tail, {}}; });
  return {text, StateUnless(e, cell, fits)};
}

}  // namespace

Val<Cell> Emit(KernelEmitter& e, ir::Box inst) { return e.Box(e.Get(inst.a)); }

Operand Emit(KernelEmitter& e, ir::Unbox inst) {
  auto cell = e.Any(inst.a);
  auto& b = e.b;
  const auto as_int = [&](Val<Bool> fits) -> Operand {
    return {inst.type, Nullable<Int64>{cell.head, StateUnless(e, cell, fits)}};
  };
  switch (inst.type) {
    case ir::Type::Bool: {
      auto flag = b.NotZero(b.LowByte(cell.head, "byte"), "flag");
      return Nullable<Bool>{flag, StateUnless(e, cell, HasTag(e, cell, abi::Tag::Bool))};
    }
    case ir::Type::Int:
      return as_int(IsInt(b, cell));
    case ir::Type::Timestamp:
      return as_int(HasTag(e, cell, abi::Tag::Timestamp));
    case ir::Type::Duration:
      return as_int(HasTag(e, cell, abi::Tag::Duration));
    case ir::Type::Float:
      return Nullable<Float64>{NumberOf(b, cell, IsInt(b, cell)),
                               StateUnless(e, cell, IsNumber(b, cell))};
    case ir::Type::Str:
      return UnboxText(e, cell);
    case ir::Type::Any:
      return cell;
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "unbox to a set in {}", e.kernel().name);
}

Nullable<Float64> Emit(KernelEmitter& e, ir::ToNumber inst) {
  auto cell = e.Any(inst.a);
  return {NumberOf(e.b, cell, IsInt(e.b, cell)), e.MissingIf(!IsNumber(e.b, cell))};
}

}  // namespace varpulis::jit
