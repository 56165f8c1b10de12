// Equality and order of cells (language.md 5.2 with decisions D1 and D23).

#include <cstring>
#include <unordered_map>

#include "base/check.h"
#include "base/limits.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::kernel {
namespace {

// What differs between values and keys: integer text against text.
enum class Sense { Value, Key };

bool EqualIn(Sense sense, const Cell& a, const Cell& b, int depth);

// Entries usually stand in the same order; otherwise small maps are searched and large ones indexed,
// so that two maps of an event cannot take quadratic time.
bool EqualMaps(Sense sense, const abi::MapValue& a, const abi::MapValue& b, int depth) {
  constexpr uint64_t kSearched = 32;
  if (a.size != b.size) return false;
  std::unordered_map<std::string_view, const Cell*> index;
  for (uint64_t i = 0; i < a.size; ++i) {
    const abi::MapEntry& entry = a.entries()[i];
    const Cell* other = nullptr;
    if (abi::Equal(entry.key, b.entries()[i].key)) {
      other = &b.entries()[i].value;
    } else if (b.size <= kSearched) {
      other = FindEntry(b, entry.key.view());
    } else {
      if (index.empty()) {
        for (uint64_t k = 0; k < b.size; ++k)
          index[b.entries()[k].key.view()] = &b.entries()[k].value;
      }
      auto found = index.find(entry.key.view());
      if (found != index.end()) other = found->second;
    }
    if (other == nullptr || !EqualIn(sense, entry.value, *other, depth)) return false;
  }
  return true;
}

bool EqualArrays(Sense sense, const abi::ArrayValue& a, const abi::ArrayValue& b, int depth) {
  if (a.size != b.size) return false;
  for (uint64_t i = 0; i < a.size; ++i) {
    if (!EqualIn(sense, a.elements()[i], b.elements()[i], depth)) return false;
  }
  return true;
}

// Nulls compare structurally here: outside of containers the callers have dealt with them.
bool EqualIn(Sense sense, const Cell& a, const Cell& b, int depth) {
  if (a.absent() || b.absent()) return a.absent() && b.absent();
  if (IsInt(a) && IsInt(b)) return a.integer == b.integer;
  if (IsNumber(a) && IsNumber(b)) return EqualFloats(NumberOf(a), NumberOf(b));
  if (sense == Sense::Value && IsText(a) && IsText(b)) {
    if (a.tag == b.tag) return abi::Equal(a.string, b.string);
    return CellText(a).view() == CellText(b).view();
  }
  if (a.tag != b.tag) return false;
  switch (a.tag) {
    case Tag::Bool:
      return a.boolean == b.boolean;
    case Tag::Timestamp:
    case Tag::Duration:
      return a.integer == b.integer;
    case Tag::Str:
      return abi::Equal(a.string, b.string);
    case Tag::Array:
      return depth < limits::kMaxEventNesting && EqualArrays(sense, *a.array, *b.array, depth + 1);
    case Tag::Map:
      return depth < limits::kMaxEventNesting && EqualMaps(sense, *a.map, *b.map, depth + 1);
    case Tag::Missing:
    case Tag::Null:
    case Tag::Int:
    case Tag::IntText:
    case Tag::Float:
      break;
  }
  return false;
}

template <class T>
bool Ordered(ir::Predicate predicate, const T& a, const T& b) {
  switch (predicate) {
    case ir::Predicate::Lt:
      return a < b;
    case ir::Predicate::Le:
      return a <= b;
    case ir::Predicate::Gt:
      return a > b;
    case ir::Predicate::Ge:
      return a >= b;
    case ir::Predicate::Eq:
    case ir::Predicate::Ne:
      break;
  }
  return false;
}

Truth ToTruth(bool value) { return value ? Truth::True : Truth::False; }

}  // namespace

bool EqualValues(const Cell& a, const Cell& b) { return EqualIn(Sense::Value, a, b, 0); }
bool EqualKeys(const Cell& a, const Cell& b) { return EqualIn(Sense::Key, a, b, 0); }

const Cell* FindEntry(const abi::MapValue& map, std::string_view key) {
  for (uint64_t i = 0; i < map.size; ++i) {
    if (map.entries()[i].key.view() == key) return &map.entries()[i].value;
  }
  return nullptr;
}

Tag TagOf(ir::Type type) {
  switch (type) {
    case ir::Type::Bool:
      return Tag::Bool;
    case ir::Type::Int:
      return Tag::Int;
    case ir::Type::Float:
      return Tag::Float;
    case ir::Type::Str:
      return Tag::Str;
    case ir::Type::Timestamp:
      return Tag::Timestamp;
    case ir::Type::Duration:
      return Tag::Duration;
    case ir::Type::Any:
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "type {} has no tag", static_cast<int>(type));
}

Truth CompareCells(ir::Predicate predicate, const Cell& a, const Cell& b) {
  if (a.absent() || b.absent()) return Truth::False;
  if (predicate == ir::Predicate::Eq) return ToTruth(EqualValues(a, b));
  if (predicate == ir::Predicate::Ne) return ToTruth(!EqualValues(a, b));
  if (IsInt(a) && IsInt(b)) return ToTruth(Ordered(predicate, a.integer, b.integer));
  if (IsNumber(a) && IsNumber(b)) return ToTruth(Ordered(predicate, NumberOf(a), NumberOf(b)));
  if (IsText(a) && IsText(b)) {
    return ToTruth(Ordered(predicate, CellText(a).view(), CellText(b).view()));
  }
  if (a.tag != b.tag) return Truth::NoValue;
  if (a.tag == Tag::Bool) return ToTruth(Ordered(predicate, a.boolean, b.boolean));
  if (a.tag == Tag::Timestamp || a.tag == Tag::Duration) {
    return ToTruth(Ordered(predicate, a.integer, b.integer));
  }
  return Truth::NoValue;
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

uint8_t vpl_compare_any(KernelFrame* frame, int64_t predicate, const Cell* a,
                        const Cell* b) noexcept {
  kernel::Truth truth = kernel::CompareCells(static_cast<ir::Predicate>(predicate), *a, *b);
  if (truth == kernel::Truth::NoValue) ++frame->errors[static_cast<size_t>(EvalError::Type)];
  return static_cast<uint8_t>(truth);
}

uint8_t vpl_same_key(const Cell* a, const Cell* b) noexcept { return kernel::EqualKeys(*a, *b); }

double vpl_to_number(const Cell* a, void* state) noexcept {
  bool number = kernel::IsNumber(*a);
  *static_cast<uint8_t*>(state) = number ? kPresent : kMissing;
  return number ? kernel::NumberOf(*a) : 0;
}

}  // extern "C"

}  // namespace varpulis::abi
