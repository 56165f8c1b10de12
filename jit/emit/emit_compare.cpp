// Comparison.

#include "jit/emit/emit.h"
#include "jit/emit/equality.h"
#include "jit/emit/text_constant.h"

namespace varpulis::jit {

namespace {

bool IsEquality(ir::Predicate predicate) {
  return predicate == ir::Predicate::Eq || predicate == ir::Predicate::Ne;
}

// Of two cells that are both numbers.
Val<Bool> NumbersHold(Builder& b, ir::Predicate predicate, const Val<Cell>& x, const Val<Cell>& y) {
  auto x_int = IsInt(b, x), y_int = IsInt(b, y);
  auto as_floats = Holds(b, predicate, NumberOf(b, x, x_int), NumberOf(b, y, y_int));
  auto as_ints = Holds(b, predicate, x.head, y.head);
  return b.Select(x_int & y_int, as_ints, as_floats, "numbers");
}

// One side is known to be a number: nothing else equals it or has an order with it.
Nullable<Bool> CompareToNumber(KernelEmitter& e, ir::Predicate predicate, const Val<Cell>& x,
                               const Val<Cell>& y) {
  auto& b = e.b;
  auto present = !(e.Absent(x) | e.Absent(y));
  auto numbers = IsNumber(b, x) & IsNumber(b, y);
  if (predicate == ir::Predicate::Ne) {
    auto equal = numbers & NumbersHold(b, ir::Predicate::Eq, x, y);
    return e.Present(present & !equal);
  }
  auto holds = numbers & NumbersHold(b, predicate, x, y);
  if (predicate == ir::Predicate::Eq) return e.Present(holds);
  auto unlike = present & !numbers;
  e.CountError(abi::EvalError::Type, unlike);
  return {holds, e.MissingIf(unlike)};
}

// Equality with a short text: other kinds than text differ, and integer text is equal to at most
// one text, its canonical form (D23).
Nullable<Bool> CompareToText(KernelEmitter& e, ir::Predicate predicate, const Val<Cell>& x,
                             const Val<Cell>& constant, const std::string& text) {
  using enum ir::Predicate;
  auto& b = e.b;
  auto words = b.Compare(Eq, x.head, constant.head, "same_head") &
               b.Compare(Eq, x.tail, constant.tail, "same_tail");
  auto equal = b.Equal(x.tag, static_cast<uint8_t>(abi::Tag::Str), "is_str") & words;
  if (auto number = CanonicalInt(text)) {
    auto is_int_text = b.Equal(x.tag, static_cast<uint8_t>(abi::Tag::IntText), "is_int_text");
    equal = equal | (is_int_text & b.Compare(Eq, x.head, b.Int(*number), "same_int"));
  }
  return e.Present(predicate == Eq ? equal : !equal & !e.Absent(x));
}

Nullable<Bool> CompareByHelper(KernelEmitter& e, ir::Predicate predicate, const Val<Cell>& x,
                               const Val<Cell>& y) {
  auto& b = e.b;
  return b.If(
      e.Absent(x) | e.Absent(y), "absent", [&] { return e.Present(b.Flag(false)); },
      [&] {
        auto outcome = b.Call(helper::vpl_compare_any, "outcome", e.frame(),
                              b.Int(static_cast<int64_t>(predicate)), b.Address(x), b.Address(y));
        return Nullable<Bool>{b.Equal(outcome, 1), e.MissingIf(b.Equal(outcome, 2, "no_value"))};
      });
}

Nullable<Bool> CompareCells(KernelEmitter& e, ir::Predicate predicate, const Val<Cell>& x,
                            const Val<Cell>& y) {
  auto& b = e.b;
  if (b.Constant(IsNumber(b, x)) == true || b.Constant(IsNumber(b, y)) == true) {
    return CompareToNumber(e, predicate, x, y);
  }
  if (IsEquality(predicate)) {
    if (auto text = ShortText(b, y)) return CompareToText(e, predicate, x, y, *text);
    if (auto text = ShortText(b, x)) return CompareToText(e, predicate, y, x, *text);
  }
  return b.If(
      IsNumber(b, x) & IsNumber(b, y), "numbers",
      [&] { return e.Present(NumbersHold(b, predicate, x, y)); },
      [&] { return CompareByHelper(e, predicate, x, y); });
}

}  // namespace

Nullable<Bool> Emit(KernelEmitter& e, ir::Compare inst) {
  if (inst.type == ir::Type::Any) {
    return CompareCells(e, inst.predicate, e.Any(inst.a), e.Any(inst.b));
  }
  auto present = !(e.Absent(e.Get(inst.a)) | e.Absent(e.Get(inst.b)));
  const auto holds = [&] {
    if (inst.type == ir::Type::Bool) {
      return Holds(e.b, inst.predicate, e.Flag(inst.a).value, e.Flag(inst.b).value);
    }
    if (inst.type == ir::Type::Float) {
      return Holds(e.b, inst.predicate, e.Float(inst.a).value, e.Float(inst.b).value);
    }
    if (inst.type == ir::Type::Str) {
      return Holds(e.b, inst.predicate, e.Text(inst.a).value, e.Text(inst.b).value, present);
    }
    return Holds(e.b, inst.predicate, e.Int(inst.a).value, e.Int(inst.b).value);
  };
  return e.Present(holds() & present);
}

}  // namespace varpulis::jit
