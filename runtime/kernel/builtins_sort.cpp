// Order and repetition in arrays: sort, unique.

#include <algorithm>
#include <cmath>

#include <absl/container/flat_hash_set.h>

#include "runtime/kernel/builtins.h"
#include "runtime/kernel/order.h"

namespace varpulis::kernel {
namespace {

// bool, number, str, timestamp, duration, array, map, absent.
int Rank(const Cell& cell) {
  switch (cell.tag) {
    case Tag::Bool:
      return 0;
    case Tag::Int:
    case Tag::IntText:
    case Tag::Float:
      return 1;
    case Tag::Str:
      return 2;
    case Tag::Timestamp:
      return 3;
    case Tag::Duration:
      return 4;
    case Tag::Array:
      return 5;
    case Tag::Map:
      return 6;
    case Tag::Missing:
    case Tag::Null:
      break;
  }
  return 7;
}

// True if the int is below the double, without rounding the int. NaN is above everything.
bool IntBelow(int64_t a, double b) {
  if (b != b || b >= 0x1p63) return true;
  if (b < -0x1p63) return false;
  double floor = std::floor(b);
  auto whole = static_cast<int64_t>(floor);
  return a < whole || (a == whole && floor < b);
}
bool FloatBelow(double a, int64_t b) {
  if (a != a || a >= 0x1p63) return false;
  if (a < -0x1p63) return true;
  return static_cast<int64_t>(std::floor(a)) < b;
}

// A strict weak order, which comparison by rounded doubles would not be.
bool NumberBelow(const Cell& a, const Cell& b) {
  if (IsInt(a) && IsInt(b)) return a.integer < b.integer;
  if (IsInt(a)) return IntBelow(a.integer, b.number);
  if (IsInt(b)) return FloatBelow(a.number, b.integer);
  return a.number < b.number || (a.number == a.number && b.number != b.number);
}

}  // namespace

bool SortsBefore(const Cell& a, const Cell& b) {
  int rank = Rank(a);
  if (rank != Rank(b)) return rank < Rank(b);
  switch (rank) {
    case 0:
      return a.boolean < b.boolean;
    case 1:
      return NumberBelow(a, b);
    case 2:
      return a.string.view() < b.string.view();
    case 3:
    case 4:
      return a.integer < b.integer;
    default:
      return false;  // arrays, maps and absent values keep their order
  }
}

namespace {

struct HashPointed {
  size_t operator()(const Cell* cell) const { return static_cast<size_t>(HashCell(*cell)); }
};
struct EqualPointed {
  bool operator()(const Cell* a, const Cell* b) const { return EqualKeys(*a, *b); }
};

}  // namespace

namespace builtin {

Cell sort(const Call& call) {
  if (call[0].tag != Tag::Array) return call.WrongType();
  const abi::ArrayValue& from = *call[0].array;
  abi::ArrayValue* array = NewArray(call.context(), from.size);
  std::copy_n(from.elements(), from.size, array->elements());
  std::stable_sort(array->elements(), array->elements() + from.size, SortsBefore);
  return ArrayCell(array);
}

// First occurrences by key equality, in their order.
Cell unique(const Call& call) {
  if (call[0].tag != Tag::Array) return call.WrongType();
  const abi::ArrayValue& from = *call[0].array;
  abi::ArrayValue* array = NewArray(call.context(), from.size);
  absl::flat_hash_set<const Cell*, HashPointed, EqualPointed> seen;
  uint64_t used = 0;
  for (uint64_t i = 0; i < from.size; ++i) {
    if (seen.insert(from.elements() + i).second) array->elements()[used++] = from.elements()[i];
  }
  array->size = used;
  return ArrayCell(array);
}

}  // namespace builtin
}  // namespace varpulis::kernel
