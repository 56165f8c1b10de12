#pragma once

// Operations on cells that helpers, builtins and the interpreter share.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/ir/insts.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::kernel {

using abi::Cell;
using abi::EvalError;
using abi::Tag;

// The tag of present values of a static type; Any and Set have none.
Tag TagOf(ir::Type type);

// Whether the value, or its absence, is one of the type.
inline bool Holds(ir::Type type, const Cell& cell) {
  return type == ir::Type::Any || cell.absent() ||
         (!ir::IsSlotOnly(type) && cell.tag == TagOf(type));
}

inline bool IsInt(const Cell& cell) { return cell.tag == Tag::Int || cell.tag == Tag::IntText; }
inline bool IsNumber(const Cell& cell) { return IsInt(cell) || cell.tag == Tag::Float; }
inline bool IsText(const Cell& cell) { return cell.tag == Tag::Str || cell.tag == Tag::IntText; }
// Of a number: its double.
inline double NumberOf(const Cell& cell) {
  return cell.tag == Tag::Float ? cell.number : static_cast<double>(cell.integer);
}

// The text of a Str or IntText cell. A view into the cell, its bytes, or this object: both must
// outlive it.
class CellText {
 public:
  explicit CellText(const Cell& cell) {
    if (cell.tag == Tag::Str) {
      view_ = cell.string.view();
    } else {
      char* end = std::to_chars(digits_, digits_ + sizeof digits_, cell.integer).ptr;
      view_ = {digits_, static_cast<size_t>(end - digits_)};
    }
  }
  CellText(const CellText&) = delete;
  CellText& operator=(const CellText&) = delete;
  std::string_view view() const { return view_; }

 private:
  char digits_[24];
  std::string_view view_;
};

// NaN equals NaN, -0.0 equals 0.0.
inline bool EqualFloats(double a, double b) { return a == b || (a != a && b != b); }

// language.md 5.2 on present cells: integer text and text compare as text.
bool EqualValues(const Cell& a, const Cell& b);
// Key equality, absent cells included: integer text is its int only (D23), so that this is an
// equivalence.
bool EqualKeys(const Cell& a, const Cell& b);
int64_t HashCell(const Cell& cell);
int64_t HashText(const abi::VplString& text);

// The outcome of a comparison on cells; NoValue is an ordering of unlike kinds.
enum class Truth : uint8_t { False = 0, True = 1, NoValue = 2 };
Truth CompareCells(ir::Predicate predicate, const Cell& a, const Cell& b);

// The value of that key, or null.
const Cell* FindEntry(const abi::MapValue& map, std::string_view key);

// The int of text that an event would have turned into an int: `0`, `-?[1-9][0-9]*`, in range.
std::optional<int64_t> CanonicalInt(std::string_view text);

inline Cell Fail(abi::KernelFrame& frame, EvalError error) {
  ++frame.errors[static_cast<size_t>(error)];
  return Cell::Missing();
}

// Operators of language.md 5.3.
Cell BinaryAny(abi::KernelFrame& frame, ir::AnyOp op, const Cell& a, const Cell& b);

}  // namespace varpulis::kernel
