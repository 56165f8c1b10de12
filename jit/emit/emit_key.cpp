// Keys. The formulas are those of compiler/ir/key_hash.h.

#include "compiler/ir/key_hash.h"
#include "jit/emit/emit.h"
#include "jit/emit/equality.h"

namespace varpulis::jit {

namespace {

Val<Int64> Word(Builder& b, uint64_t value) { return b.Int(static_cast<int64_t>(value)); }

// ir::Mix.
Val<Int64> Mix(Builder& b, Val<Int64> x) {
  const auto fold = [&](int64_t shift) {
    x = b.Binary(ir::IntOp::Xor, x, b.ShiftRightLogical(x, shift, "shifted"), "mixed");
  };
  fold(30);
  x = b.Binary(ir::IntOp::Mul, x, Word(b, 0xbf58476d1ce4e5b9), "mixed");
  fold(27);
  x = b.Binary(ir::IntOp::Mul, x, Word(b, 0x94d049bb133111eb), "mixed");
  fold(31);
  return x;
}

Val<Int64> HashFloat(Builder& b, Val<Float64> x) {
  auto positive_zero = b.Binary(ir::FloatOp::Add, x, b.Float(0), "normal");
  auto bits = b.FloatToBits(positive_zero, "bits");
  return Mix(b, b.Select(b.IsNan(x, "nan"), Word(b, ir::kNanBits), bits, "bits"));
}

Val<Int64> HashInt64(Builder& b, ir::Type type, Val<Int64> x) {
  if (type == ir::Type::Int) return HashFloat(b, b.ToFloat(x, "number"));
  const uint64_t seed = type == ir::Type::Timestamp ? ir::kTimestampSeed : ir::kDurationSeed;
  return Mix(b, b.Binary(ir::IntOp::Xor, x, Word(b, seed), "seeded"));
}

Val<Int64> HashFlag(Builder& b, Val<Bool> x) {
  return b.Select(x, b.Int(ir::HashBool(true)), b.Int(ir::HashBool(false)), "hash");
}

// Numbers in cells are as common as text; the helper does the rest.
Val<Int64> HashCell(KernelEmitter& e, const Val<Cell>& x) {
  auto& b = e.b;
  return b.If(
      IsNumber(b, x), "number", [&] { return HashFloat(b, NumberOf(b, x, IsInt(b, x))); },
      [&] { return b.Call(helper::vpl_hash_cell, "hash", b.Address(x)); });
}

Val<Bool> SameCell(KernelEmitter& e, const Val<Cell>& x, const Val<Cell>& y) {
  auto& b = e.b;
  auto int_tag = static_cast<uint8_t>(abi::Tag::Int), str_tag = static_cast<uint8_t>(abi::Tag::Str);
  auto words = b.Compare(ir::Predicate::Eq, x.head, y.head, "same_head");
  auto ints = b.Equal(x.tag, int_tag) & b.Equal(y.tag, int_tag);
  auto same_text = b.Equal(x.tag, str_tag) & b.Equal(y.tag, str_tag) & words &
                   b.Compare(ir::Predicate::Eq, x.tail, y.tail, "same_tail");
  return b.If(
      ints | same_text, "easy", [&] { return words; },
      [&] { return b.NotZero(b.Call(helper::vpl_same_key, "same", b.Address(x), b.Address(y))); });
}

Val<Bool> SameValue(KernelEmitter& e, const Operand& x, const Operand& y, Val<Bool> present) {
  return std::visit(
      [&](const auto& left) -> Val<Bool> {
        using T = std::remove_cvref_t<decltype(left)>;
        const T& right = std::get<T>(y.content);
        if constexpr (std::is_same_v<T, Val<Cell>>) {
          return SameCell(e, left, right);
        } else if constexpr (std::is_same_v<T, Nullable<Str>>) {
          return EqualText(e.b, left.value, right.value, present);
        } else {
          return Holds(e.b, ir::Predicate::Eq, left.value, right.value);
        }
      },
      x.content);
}

}  // namespace

Nullable<Int64> Emit(KernelEmitter& e, ir::Hash inst) {
  auto& b = e.b;
  const Operand& x = e.Get(inst.a);
  if (x.type == ir::Type::Any) return e.Present(HashCell(e, e.Any(inst.a)));
  auto absent = e.Absent(x);
  auto absent_hash = b.Int(ir::HashAbsent());
  if (x.type == ir::Type::Str) {
    return e.Present(b.If(
        absent, "absent", [&] { return absent_hash; },
        [&] { return b.Call(helper::vpl_hash_str, "hash", b.Address(e.Text(inst.a).value)); }));
  }
  auto hash = x.type == ir::Type::Bool    ? HashFlag(b, e.Flag(inst.a).value)
              : x.type == ir::Type::Float ? HashFloat(b, e.Float(inst.a).value)
                                          : HashInt64(b, x.type, e.Int(inst.a).value);
  return e.Present(b.Select(absent, absent_hash, hash));
}

Nullable<Int64> Emit(KernelEmitter& e, ir::HashCombine inst) {
  auto x = e.Int(inst.a), y = e.Int(inst.b);
  auto& b = e.b;
  auto scaled = b.Binary(ir::IntOp::Mul, x.value, Word(b, ir::kCombineFactor), "scaled");
  auto hash = Mix(b, b.Binary(ir::IntOp::Add, scaled, y.value, "sum"));
  return {hash, e.MissingIf(e.AnyAbsent(x, y))};
}

Nullable<Bool> Emit(KernelEmitter& e, ir::SameKey inst) {
  const Operand &x = e.Get(inst.a), &y = e.Get(inst.b);
  if (x.type == ir::Type::Any) return e.Present(SameValue(e, x, y, {}));
  auto x_absent = e.Absent(x), y_absent = e.Absent(y);
  auto present = !(x_absent | y_absent);
  auto same = SameValue(e, x, y, present);
  return e.Present((x_absent & y_absent) | (present & same));
}

}  // namespace varpulis::jit
