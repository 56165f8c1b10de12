// Dynamic values.

#include "jit/emit/emit.h"
#include "jit/emit/equality.h"

namespace varpulis::jit {

namespace {

Val<Cell> BinaryByHelper(KernelEmitter& e, ir::AnyOp op, const Val<Cell>& x, const Val<Cell>& y) {
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_binary_any, "", e.frame(), e.b.Int(static_cast<int64_t>(op)),
             e.b.Address(x), e.b.Address(y), result);
  });
}

Val<Bool> Overflows(Builder& b, ir::IntOp op, Val<Int64> x, Val<Int64> y, Val<Int64> value) {
  using enum ir::IntOp;
  auto first = b.Binary(Xor, x, op == Add ? value : y, "sign");
  auto second = b.Binary(Xor, op == Add ? y : x, value, "sign");
  return b.Compare(ir::Predicate::Lt, b.Binary(And, first, second, "signs"), b.Int(0), "overflow");
}

// Numbers in the common case; whatever fails or is no number goes to the helper, which knows all.
Val<Cell> AddLike(KernelEmitter& e, ir::AnyOp op, const Val<Cell>& x, const Val<Cell>& y) {
  auto& b = e.b;
  const bool mul = op == ir::AnyOp::Mul;
  const auto int_op = mul ? ir::IntOp::Mul : op == ir::AnyOp::Add ? ir::IntOp::Add : ir::IntOp::Sub;
  const auto float_op = mul                    ? ir::FloatOp::Mul
                        : op == ir::AnyOp::Add ? ir::FloatOp::Add
                                               : ir::FloatOp::Sub;
  auto x_int = IsInt(b, x), y_int = IsInt(b, y);
  auto both_int = x_int & y_int;
  Builder::Product ints;
  if (mul) {
    ints = b.Multiply(x.head, y.head, "int");
  } else {
    ints.value = b.Binary(int_op, x.head, y.head, "int");
    ints.overflow = Overflows(b, int_op, x.head, y.head, ints.value);
  }
  auto easy = IsNumber(b, x) & IsNumber(b, y) & !(both_int & ints.overflow);
  return b.If(
      easy, "numbers",
      [&] {
        auto number = b.Binary(float_op, NumberOf(b, x, x_int), NumberOf(b, y, y_int), "float");
        auto tag = b.Select(both_int, b.ByteOf(static_cast<uint8_t>(abi::Tag::Int)),
                            b.ByteOf(static_cast<uint8_t>(abi::Tag::Float)), "tag");
        auto head = b.Select(both_int, ints.value, b.FloatToBits(number, "bits"), "head");
        return e.MakeCell(tag, head, b.Int(0));
      },
      [&] { return BinaryByHelper(e, op, x, y); });
}

// Divisions with a float; ints by the helper.
Val<Cell> Divide(KernelEmitter& e, const Val<Cell>& x, const Val<Cell>& y) {
  auto& b = e.b;
  auto x_int = IsInt(b, x), y_int = IsInt(b, y);
  auto divisor = NumberOf(b, y, y_int);
  auto by_zero = b.CompareIeee(ir::Predicate::Eq, divisor, b.Float(0), "by_zero");
  auto easy = IsNumber(b, x) & IsNumber(b, y) & !(x_int & y_int) & !by_zero;
  return b.If(
      easy, "floats",
      [&] {
        auto quotient = b.Binary(ir::FloatOp::Div, NumberOf(b, x, x_int), divisor, "quotient");
        return e.MakeCell(b.ByteOf(static_cast<uint8_t>(abi::Tag::Float)),
                          b.FloatToBits(quotient, "head"), b.Int(0));
      },
      [&] { return BinaryByHelper(e, ir::AnyOp::Div, x, y); });
}

}  // namespace

Val<Cell> Emit(KernelEmitter& e, ir::BinaryAny inst) {
  using enum ir::AnyOp;
  auto x = e.Any(inst.a), y = e.Any(inst.b);
  if (inst.op == Add || inst.op == Sub || inst.op == Mul) return AddLike(e, inst.op, x, y);
  if (inst.op == Div) return Divide(e, x, y);
  return BinaryByHelper(e, inst.op, x, y);
}

Val<Cell> Emit(KernelEmitter& e, ir::UnaryAny inst) {
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_unary_any, "", e.frame(), e.b.Int(static_cast<int64_t>(inst.op)),
             e.b.Address(e.Any(inst.a)), result);
  });
}

Val<Cell> Emit(KernelEmitter& e, const ir::CallBuiltin& inst) {
  auto arguments = e.CellArray(inst.arguments);
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_call_builtin, "", e.frame(), e.b.Int(inst.builtin), arguments,
             e.b.Int(static_cast<int64_t>(inst.arguments.size())), result);
  });
}

Val<Cell> Emit(KernelEmitter& e, const ir::MakeArray& inst) {
  auto elements = e.CellArray(inst.elements);
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_make_array, "", e.frame(), elements,
             e.b.Int(static_cast<int64_t>(inst.elements.size())), result);
  });
}

Val<Cell> Emit(KernelEmitter& e, const ir::MakeMap& inst) {
  std::vector<std::string_view> texts;
  for (uint32_t key : inst.keys) texts.push_back(e.kernel().strings[key]);
  auto keys = e.b.TextArray(texts);
  auto values = e.CellArray(inst.values);
  return e.CellFrom([&](Val<Ptr<abi::Cell>> result) {
    e.b.Call(helper::vpl_make_map, "", e.frame(), keys, values,
             e.b.Int(static_cast<int64_t>(inst.values.size())), result);
  });
}

}  // namespace varpulis::jit
