// Operators of language.md 5.3 on cells.

#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/contains.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/numbers.h"
#include "runtime/kernel/text.h"
#include "runtime/kernel/utf8.h"
#include "runtime/kernel/values.h"

namespace varpulis::kernel {
namespace {

using abi::KernelFrame;
using ir::AnyOp;

Cell ToCell(KernelFrame& frame, const IntOutcome& outcome, Tag tag = Tag::Int) {
  return outcome.ok ? Cell::Int(outcome.value, tag) : Fail(frame, outcome.error);
}
Cell ToCell(KernelFrame& frame, const FloatOutcome& outcome) {
  return outcome.ok ? Cell::Float(outcome.value) : Fail(frame, outcome.error);
}

// The first eleven operators are those of IntOp, the first six those of FloatOp, in their order.
static_assert(static_cast<int>(AnyOp::ShiftRight) == static_cast<int>(ir::IntOp::ShiftRight) &&
              static_cast<int>(AnyOp::And) == static_cast<int>(ir::IntOp::And) &&
              static_cast<int>(AnyOp::Pow) == static_cast<int>(ir::FloatOp::Pow) &&
              static_cast<int>(AnyOp::Add) == static_cast<int>(ir::FloatOp::Add));

Cell OnNumbers(KernelFrame& frame, AnyOp op, const Cell& a, const Cell& b) {
  if (IsInt(a) && IsInt(b)) {
    return ToCell(frame, IntBinary(static_cast<ir::IntOp>(op), a.integer, b.integer));
  }
  if (op > AnyOp::Pow) return Fail(frame, EvalError::Type);
  return ToCell(frame, FloatBinary(static_cast<ir::FloatOp>(op), NumberOf(a), NumberOf(b)));
}

Cell Concatenate(KernelFrame& frame, const Cell& a, const Cell& b) {
  CellText left(a);
  CellText right(b);
  size_t size = left.view().size() + right.view().size();
  if (size > limits::kMaxStringBytes) return Fail(frame, EvalError::Limit);
  char* at = frame.context->arena->Allocate(size);
  left.view().copy(at, left.view().size());
  right.view().copy(at + left.view().size(), right.view().size());
  return Cell::Str(abi::VplString::Borrow({at, size}));
}

// Durations are never negative: what would be one has no value.
Cell DurationOf(KernelFrame& frame, const IntOutcome& outcome) {
  if (outcome.ok && outcome.value < 0) return Fail(frame, EvalError::Domain);
  return ToCell(frame, outcome, Tag::Duration);
}

Cell Elapsed(KernelFrame& frame, int64_t later, int64_t earlier) {
  if (later < earlier) return Fail(frame, EvalError::Domain);
  return DurationOf(frame, IntBinary(ir::IntOp::Sub, later, earlier));
}

Cell DivideDurations(KernelFrame& frame, int64_t a, int64_t b) {
  return ToCell(frame,
                FloatBinary(ir::FloatOp::Div, static_cast<double>(a), static_cast<double>(b)));
}

// Sums and products of times. Addition and multiplication work in either order.
Cell OnTimes(KernelFrame& frame, AnyOp op, const Cell& a, const Cell& b) {
  bool duration_a = a.tag == Tag::Duration;
  bool duration_b = b.tag == Tag::Duration;
  bool stamp_a = a.tag == Tag::Timestamp;
  bool stamp_b = b.tag == Tag::Timestamp;
  bool sum = op == AnyOp::Add || op == AnyOp::Sub;
  auto int_op = static_cast<ir::IntOp>(op);
  if (op == AnyOp::Sub && stamp_a && stamp_b) return Elapsed(frame, a.integer, b.integer);
  if ((sum && stamp_a && duration_b) || (op == AnyOp::Add && duration_a && stamp_b)) {
    return ToCell(frame, IntBinary(int_op, a.integer, b.integer), Tag::Timestamp);
  }
  bool durations = duration_a && duration_b;
  bool scaled = (duration_a && IsInt(b) && (op == AnyOp::Mul || op == AnyOp::Div)) ||
                (IsInt(a) && duration_b && op == AnyOp::Mul);
  if ((durations && sum) || scaled) {
    return DurationOf(frame, IntBinary(int_op, a.integer, b.integer));
  }
  if (durations && op == AnyOp::Div) return DivideDurations(frame, a.integer, b.integer);
  return Fail(frame, EvalError::Type);
}

Cell In(KernelFrame& frame, const Cell& a, const Cell& b) {
  if (a.absent() || b.absent()) return Cell::Bool(false);
  if (b.tag == Tag::Array) {
    for (uint64_t i = 0; i < b.array->size; ++i) {
      if (EqualValues(a, b.array->elements()[i])) return Cell::Bool(true);
    }
    return Cell::Bool(false);
  }
  if (!IsText(a) || (b.tag != Tag::Map && !IsText(b))) return Fail(frame, EvalError::Type);
  CellText text(a);
  if (b.tag == Tag::Map) return Cell::Bool(FindEntry(*b.map, text.view()) != nullptr);
  return Cell::Bool(Contains(CellText(b).view(), text.view()));
}

Cell ByKey(const abi::MapValue& map, const Cell& key) {
  const Cell* value = FindEntry(map, CellText(key).view());
  return value == nullptr ? Cell::Missing() : *value;
}

Cell CharacterAt(KernelFrame& frame, const Cell& cell, int64_t index) {
  CellText text(cell);
  if (index < 0) index += CountCharacters(text.view());
  if (index < 0) return Cell::Missing();
  size_t at = CharacterOffset(text.view(), index);
  if (at >= text.view().size()) return Cell::Missing();
  return Cell::Str(
      MakeText(*frame.context, text.view().substr(at, CharacterBytes(text.view(), at))));
}

Cell Index(KernelFrame& frame, const Cell& a, const Cell& b) {
  if (a.tag == Tag::Map && IsText(b)) return ByKey(*a.map, b);
  if (!IsInt(b)) return Fail(frame, EvalError::Type);
  if (IsText(a)) return CharacterAt(frame, a, b.integer);
  if (a.tag != Tag::Array) return Fail(frame, EvalError::Type);
  auto size = static_cast<int64_t>(a.array->size);
  int64_t index = b.integer < 0 ? b.integer + size : b.integer;
  return index < 0 || index >= size ? Cell::Missing() : a.array->elements()[index];
}

Cell Member(KernelFrame& frame, const Cell& a, const Cell& b) {
  if (a.tag != Tag::Map || !IsText(b)) return Fail(frame, EvalError::Type);
  return ByKey(*a.map, b);
}

}  // namespace

Cell BinaryAny(KernelFrame& frame, AnyOp op, const Cell& a, const Cell& b) {
  if (op == AnyOp::In) return In(frame, a, b);
  if (a.absent() || b.absent()) return Cell::Missing();
  if (op == AnyOp::Index) return Index(frame, a, b);
  if (op == AnyOp::Member) return Member(frame, a, b);
  if (IsNumber(a) && IsNumber(b)) return OnNumbers(frame, op, a, b);
  if (op == AnyOp::Add && IsText(a) && IsText(b)) return Concatenate(frame, a, b);
  return OnTimes(frame, op, a, b);
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

void vpl_binary_any(KernelFrame* frame, int64_t op, const Cell* a, const Cell* b,
                    Cell* result) noexcept {
  *result = kernel::BinaryAny(*frame, static_cast<ir::AnyOp>(op), *a, *b);
}

void vpl_unary_any(KernelFrame* frame, int64_t op, const Cell* a, Cell* result) noexcept {
  bool negate = static_cast<ir::AnyUnaryOp>(op) == ir::AnyUnaryOp::Neg;
  if (a->absent()) {
    *result = Cell::Missing();
  } else if (kernel::IsInt(*a)) {
    auto int_op = negate ? ir::IntUnaryOp::Neg : ir::IntUnaryOp::Not;
    *result = kernel::ToCell(*frame, kernel::IntUnary(int_op, a->integer));
  } else if (negate && a->tag == Tag::Float) {
    *result = Cell::Float(-a->number);
  } else {
    *result = kernel::Fail(*frame, EvalError::Type);
  }
}

}  // extern "C"

}  // namespace varpulis::abi
