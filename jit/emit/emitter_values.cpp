// States, cells and values in memory: the parts of KernelEmitter that emitters share.

#include "jit/emit/kernel_emitter.h"

#include "runtime/kernel/cell_ops.h"

namespace varpulis::jit {

Val<Bool> KernelEmitter::Absent(const Operand& operand) {
  return std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Val<Cell>>) {
          return Absent(value);
        } else {
          return Absent(value.state);
        }
      },
      operand.content);
}

// The tags Missing and Null are 0 and 1, the states 2 and 1.
Val<Byte> KernelEmitter::StateOf(const Val<Cell>& cell) {
  auto null_or_present =
      b.Select(b.Equal(cell.tag, 1, "null"), b.ByteOf(abi::kNull), present(), "state");
  return b.Select(b.IsZero(cell.tag, "missing"), missing(), null_or_present, "state");
}

Val<Byte> KernelEmitter::MissingIf(Val<Bool> condition) {
  return b.Select(condition, missing(), present(), "state");
}

Val<Cell> KernelEmitter::MakeCell(Val<Byte> tag, Val<Int64> head, Val<Int64> tail) {
  return {tag, head, tail, {}};
}
Val<Cell> KernelEmitter::MissingCell() { return MakeCell(b.ByteOf(0), b.Int(0), b.Int(0)); }

Val<Cell> KernelEmitter::Box(const Operand& operand) {
  if (operand.type == ir::Type::Any) return std::get<Val<Cell>>(operand.content);
  const auto tag_for = [&](Val<Byte> state) {
    auto absent_tag = b.Select(b.Equal(state, abi::kNull, "null"), b.ByteOf(1), b.ByteOf(0), "tag");
    auto tag = b.ByteOf(static_cast<uint8_t>(kernel::TagOf(operand.type)));
    return b.Select(Absent(state), absent_tag, tag, "tag");
  };
  if (const auto* flag = std::get_if<Nullable<Bool>>(&operand.content)) {
    return MakeCell(tag_for(flag->state), b.Widen(flag->value, "head"), b.Int(0));
  }
  if (const auto* number = std::get_if<Nullable<Float64>>(&operand.content)) {
    return MakeCell(tag_for(number->state), b.FloatToBits(number->value, "head"), b.Int(0));
  }
  if (const auto* text = std::get_if<Nullable<Str>>(&operand.content)) {
    return MakeCell(tag_for(text->state), text->value.head, text->value.tail);
  }
  const auto& number = std::get<Nullable<Int64>>(operand.content);
  return MakeCell(tag_for(number.state), number.value, b.Int(0));
}

Operand KernelEmitter::Load(ir::Type type, Val<Ptr<void>> at, Val<Byte> state, Region region,
                            bool stable) {
  switch (type) {
    case ir::Type::Bool:
      return {type, Nullable<Bool>{b.NotZero(b.LoadByte(at, region, "byte"), "flag"), state}};
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return {type, Nullable<Int64>{b.LoadInt(at, region), state}};
    case ir::Type::Float:
      return {type, Nullable<Float64>{b.LoadFloat(at, region), state}};
    case ir::Type::Str:
      return {type, Nullable<Str>{b.LoadStr(at, region, stable), state}};
    case ir::Type::Any:
      return {type, b.LoadCell(at, region, stable)};
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "a set in {} is not a value", kernel_.name);
}

Operand KernelEmitter::AbsentOf(ir::Type type, Val<Byte> state) {
  switch (type) {
    case ir::Type::Bool:
      return {type, Nullable<Bool>{b.Flag(false), state}};
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return {type, Nullable<Int64>{b.Int(0), state}};
    case ir::Type::Float:
      return {type, Nullable<Float64>{b.Float(0), state}};
    case ir::Type::Str:
      return {type, Nullable<Str>{b.Text(""), state}};
    case ir::Type::Any: {
      auto tag = b.Select(b.Equal(state, abi::kNull), b.ByteOf(1), b.ByteOf(0), "tag");
      return {type, MakeCell(tag, b.Int(0), b.Int(0))};
    }
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "a set in {} is not a value", kernel_.name);
}

Val<Ptr<abi::Cell>> KernelEmitter::CellArray(const std::vector<ir::ValueId>& values) {
  auto array = b.Local(sizeof(abi::Cell) * values.size(), "cells");
  for (size_t i = 0; i < values.size(); ++i) {
    auto at = b.Offset(array, i * sizeof(abi::Cell), "cell.at");
    b.Store(Any(values[i]), at, Region::Anywhere());
  }
  return PtrCast<abi::Cell>(array);
}

void KernelEmitter::StorePayload(const Operand& x, Val<Ptr<void>> at, Region region) {
  std::visit(
      [&](const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Nullable<Bool>>) {
          b.Store(b.ToByte(value.value, "byte"), at, region);
        } else if constexpr (std::is_same_v<T, Val<Cell>>) {
          b.Store(value, at, region);
        } else {
          b.Store(value.value, at, region);
        }
      },
      x.content);
}

Val<Byte> KernelEmitter::StateOf(const Operand& x) {
  return std::visit(
      [&](const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Val<Cell>>) {
          return StateOf(value);
        } else {
          return value.state;
        }
      },
      x.content);
}

}  // namespace varpulis::jit
