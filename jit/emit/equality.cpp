#include "jit/emit/equality.h"

namespace varpulis::jit {

using enum ir::Predicate;

Val<Bool> Holds(Builder& b, ir::Predicate predicate, Val<Bool> x, Val<Bool> y) {
  (void)b;
  switch (predicate) {
    case Eq:
      return !(x ^ y);
    case Ne:
      return x ^ y;
    case Lt:
      return !x & y;
    case Le:
      return !x | y;
    case Gt:
      return x & !y;
    case Ge:
      return x | !y;
  }
  VPL_CHECK(false, "predicate {}", static_cast<int>(predicate));
}

Val<Bool> Holds(Builder& b, ir::Predicate predicate, Val<Int64> x, Val<Int64> y) {
  return b.Compare(predicate, x, y, "holds");
}

Val<Bool> Holds(Builder& b, ir::Predicate predicate, Val<Float64> x, Val<Float64> y) {
  if (predicate != Eq && predicate != Ne) return b.CompareIeee(predicate, x, y, "holds");
  auto both_nan = b.IsNan(x, "nan") & b.IsNan(y, "nan");
  auto equal = b.CompareIeee(Eq, x, y, "equal") | both_nan;
  return predicate == Eq ? equal : !equal;
}

// Only texts longer than 12 bytes with equal size and first bytes need the helper.
Val<Bool> EqualText(Builder& b, const Val<Str>& x, const Val<Str>& y, Val<Bool> present) {
  auto heads = b.Compare(Eq, x.head, y.head, "same_head");
  // Nothing else points to the bytes of a constant.
  const bool long_constant = b.IsLongConstant(x) || b.IsLongConstant(y);
  auto same = long_constant ? b.Flag(false) : heads & b.Compare(Eq, x.tail, y.tail, "same_tail");
  if (b.ShortConstant(x.head, x.tail) || b.ShortConstant(y.head, y.tail)) return same;
  // The size is the low half of the head.
  auto size = b.Binary(ir::IntOp::And, x.head, b.Int(UINT32_MAX), "size");
  auto is_long = b.Compare(Gt, size, b.Int(abi::VplString::kInlineBytes), "is_long");
  return b.If(
      present & heads & !same & is_long, "long",
      [&] { return b.NotZero(b.Call(helper::vpl_str_equal, "equal", b.Address(x), b.Address(y))); },
      [&] { return same; });
}

Val<Bool> Holds(Builder& b, ir::Predicate predicate, const Val<Str>& x, const Val<Str>& y,
                Val<Bool> present) {
  if (predicate == Eq) return EqualText(b, x, y, present);
  if (predicate == Ne) return !EqualText(b, x, y, present);
  return b.If(
      present, "order",
      [&] {
        auto order = b.Call(helper::vpl_str_compare, "order", b.Address(x), b.Address(y));
        return b.Compare(predicate, order, b.Int(0), "holds");
      },
      [&] { return b.Flag(false); });
}

static_assert(static_cast<int>(abi::Tag::Int) == 3 && static_cast<int>(abi::Tag::IntText) == 4 &&
              static_cast<int>(abi::Tag::Float) == 5);
Val<Bool> IsInt(Builder& b, const Val<Cell>& cell) {
  return b.Below(b.Minus(cell.tag, 3), 2, "is_int");
}
Val<Bool> IsNumber(Builder& b, const Val<Cell>& cell) {
  return b.Below(b.Minus(cell.tag, 3), 3, "is_number");
}
Val<Float64> NumberOf(Builder& b, const Val<Cell>& cell, Val<Bool> is_int) {
  return b.Select(is_int, b.ToFloat(cell.head, "from_int"), b.BitsToFloat(cell.head, "bits"),
                  "number");
}

}  // namespace varpulis::jit
