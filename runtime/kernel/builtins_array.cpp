// Arrays and maps: contains len reverse first last push pop flatten zip range keys values get set
// sum avg variance sliding_pairs slice spread. Sorting and unique are in builtins_sort.cpp.

#include <algorithm>
#include <cmath>

#include <absl/container/flat_hash_set.h>

#include "runtime/kernel/builtins.h"
#include "runtime/kernel/key_set.h"
#include "runtime/kernel/utf8.h"

namespace varpulis::kernel {
namespace {

const abi::ArrayValue* ArrayOf(const Cell& cell) {
  return cell.tag == Tag::Array ? cell.array : nullptr;
}

Cell ReverseText(const Call& call) {
  CellText text(call[0]);
  std::string out(text.view().size(), ' ');
  size_t end = out.size();
  for (size_t at = 0; at < text.view().size();) {
    size_t bytes = CharacterBytes(text.view(), at);
    end -= bytes;
    text.view().copy(out.data() + end, bytes, at);
    at += bytes;
  }
  return call.Text(out);
}

// A bound of a slice as an offset in 0..size.
int64_t Bound(int64_t bound, int64_t size) {
  if (bound < 0) bound = bound < -size ? 0 : bound + size;
  return std::min(bound, size);
}

Cell Part(const Call& call, const Cell* elements, uint64_t count) {
  abi::ArrayValue* array = NewArray(call.context(), count);
  std::copy_n(elements, count, array->elements());
  return ArrayCell(array);
}

// [a, b] as an element; the caller has checked the nesting of both.
Cell Pair(const Call& call, const Cell& a, const Cell& b) {
  abi::ArrayValue* pair = NewArray(call.context(), 2);
  pair->elements()[0] = a;
  pair->elements()[1] = b;
  return ArrayCell(pair);
}

// Mean and sum of squared deviations of the numeric elements, by Welford's recurrence.
struct Moments {
  explicit Moments(const abi::ArrayValue& array) {
    for (uint64_t i = 0; i < array.size; ++i) {
      if (IsNumber(array.elements()[i])) Add(NumberOf(array.elements()[i]));
    }
  }
  void Add(double x) {
    ++count;
    sum += x;
    double delta = x - mean;
    mean += delta / static_cast<double>(count);
    squares += delta * (x - mean);
  }
  int64_t count = 0;
  double sum = 0;
  double mean = 0;
  double squares = 0;
};

Cell ReplaceElement(const Call& call) {
  const abi::ArrayValue& from = *call[0].array;
  auto size = static_cast<int64_t>(from.size);
  int64_t index = call[1].integer < 0 ? call[1].integer + size : call[1].integer;
  if (index < 0 || index >= size) return call[0];
  if (!FitsInContainer(call[2])) return call.Fail(EvalError::Limit);
  Cell result = Part(call, from.elements(), from.size);
  const_cast<abi::ArrayValue*>(result.array)->elements()[index] = call[2];
  return result;
}

Cell ReplaceEntry(const Call& call) {
  if (!FitsInContainer(call[2])) return call.Fail(EvalError::Limit);
  const abi::MapValue& from = *call[0].map;
  CellText key(call[1]);
  uint64_t at = 0;
  while (at < from.size && from.entries()[at].key.view() != key.view()) ++at;
  abi::MapValue* map = NewMap(call.context(), at == from.size ? from.size + 1 : from.size);
  std::copy_n(from.entries(), from.size, map->entries());
  abi::VplString name =
      at == from.size ? MakeText(call.context(), key.view()) : from.entries()[at].key;
  map->entries()[at] = {name, call[2]};
  return MapCell(map);
}

// The entry of that key among the first `count`, or `count`.
uint64_t IndexOf(const abi::MapValue& map, uint64_t count, std::string_view key) {
  uint64_t at = 0;
  while (at < count && map.entries()[at].key.view() != key) ++at;
  return at;
}

}  // namespace

namespace builtin {

Cell contains(const Call& call) { return BinaryAny(call.frame, ir::AnyOp::In, call[1], call[0]); }

Cell len(const Call& call) {
  const Cell& x = call[0];
  if (IsText(x)) return Cell::Int(CountCharacters(CellText(x).view()));
  if (x.tag == Tag::Array) return Cell::Int(static_cast<int64_t>(x.array->size));
  if (x.tag == Tag::Map) return Cell::Int(static_cast<int64_t>(x.map->size));
  return call.WrongType();
}

Cell reverse(const Call& call) {
  if (IsText(call[0])) return ReverseText(call);
  if (ArrayOf(call[0]) == nullptr) return call.WrongType();
  Cell result = Part(call, call[0].array->elements(), call[0].array->size);
  Cell* elements = const_cast<abi::ArrayValue*>(result.array)->elements();
  std::reverse(elements, elements + result.array->size);
  return result;
}

Cell first(const Call& call) {
  const abi::ArrayValue* array = ArrayOf(call[0]);
  if (array == nullptr) return call.WrongType();
  return array->size == 0 ? Cell::Missing() : array->elements()[0];
}
Cell last(const Call& call) {
  const abi::ArrayValue* array = ArrayOf(call[0]);
  if (array == nullptr) return call.WrongType();
  return array->size == 0 ? Cell::Missing() : array->elements()[array->size - 1];
}

Cell push(const Call& call) {
  const abi::ArrayValue* from = ArrayOf(call[0]);
  if (from == nullptr) return call.WrongType();
  if (!FitsInContainer(call[1]) || !Call::ArrayFits(from->size + 1))
    return call.Fail(EvalError::Limit);
  abi::ArrayValue* array = NewArray(call.context(), from->size + 1);
  *std::copy_n(from->elements(), from->size, array->elements()) = call[1];
  return ArrayCell(array);
}
Cell pop(const Call& call) {
  const abi::ArrayValue* array = ArrayOf(call[0]);
  if (array == nullptr) return call.WrongType();
  return Part(call, array->elements(), array->size == 0 ? 0 : array->size - 1);
}

// One level; elements that are no arrays stay.
Cell flatten(const Call& call) {
  const abi::ArrayValue* from = ArrayOf(call[0]);
  if (from == nullptr) return call.WrongType();
  uint64_t size = 0;
  for (uint64_t i = 0; i < from->size; ++i) {
    const abi::ArrayValue* inner = ArrayOf(from->elements()[i]);
    size += inner == nullptr ? 1 : inner->size;
    if (!Call::ArrayFits(size)) return call.Fail(EvalError::Limit);
  }
  abi::ArrayValue* array = NewArray(call.context(), size);
  Cell* at = array->elements();
  for (uint64_t i = 0; i < from->size; ++i) {
    const abi::ArrayValue* inner = ArrayOf(from->elements()[i]);
    at = inner == nullptr ? std::copy_n(from->elements() + i, 1, at)
                          : std::copy_n(inner->elements(), inner->size, at);
  }
  return ArrayCell(array);
}

Cell zip(const Call& call) {
  const abi::ArrayValue* a = ArrayOf(call[0]);
  const abi::ArrayValue* b = ArrayOf(call[1]);
  if (a == nullptr || b == nullptr) return call.WrongType();
  // A pair nests one level deeper than the arrays that it comes from.
  if (!FitsInContainer(call[0]) || !FitsInContainer(call[1])) return call.Fail(EvalError::Limit);
  uint64_t size = std::min(a->size, b->size);
  abi::ArrayValue* array = NewArray(call.context(), size);
  for (uint64_t i = 0; i < size; ++i) {
    array->elements()[i] = Pair(call, a->elements()[i], b->elements()[i]);
  }
  return ArrayCell(array);
}

Cell sliding_pairs(const Call& call) {
  const abi::ArrayValue* from = ArrayOf(call[0]);
  if (from == nullptr) return call.WrongType();
  if (!FitsInContainer(call[0])) return call.Fail(EvalError::Limit);
  uint64_t size = from->size < 2 ? 0 : from->size - 1;
  abi::ArrayValue* array = NewArray(call.context(), size);
  for (uint64_t i = 0; i < size; ++i) {
    array->elements()[i] = Pair(call, from->elements()[i], from->elements()[i + 1]);
  }
  return ArrayCell(array);
}

// range(n), range(a, b): ints, the end excluded, empty when crossed.
Cell range(const Call& call) {
  bool from_zero = call.count == 1;
  if (!IsInt(call[0]) || (!from_zero && !IsInt(call[1]))) return call.WrongType();
  int64_t begin = from_zero ? 0 : call[0].integer;
  int64_t end = from_zero ? call[0].integer : call[1].integer;
  uint64_t size = end > begin ? static_cast<uint64_t>(end) - static_cast<uint64_t>(begin) : 0;
  if (!Call::ArrayFits(size)) return call.Fail(EvalError::Limit);
  abi::ArrayValue* array = NewArray(call.context(), size);
  for (uint64_t i = 0; i < size; ++i) {
    array->elements()[i] = Cell::Int(begin + static_cast<int64_t>(i));
  }
  return ArrayCell(array);
}

Cell keys(const Call& call) {
  if (call[0].tag != Tag::Map) return call.WrongType();
  const abi::MapValue& map = *call[0].map;
  abi::ArrayValue* array = NewArray(call.context(), map.size);
  for (uint64_t i = 0; i < map.size; ++i) array->elements()[i] = Cell::Str(map.entries()[i].key);
  return ArrayCell(array);
}
Cell values(const Call& call) {
  if (call[0].tag != Tag::Map) return call.WrongType();
  const abi::MapValue& map = *call[0].map;
  abi::ArrayValue* array = NewArray(call.context(), map.size);
  for (uint64_t i = 0; i < map.size; ++i) array->elements()[i] = map.entries()[i].value;
  return ArrayCell(array);
}

Cell get(const Call& call) { return BinaryAny(call.frame, ir::AnyOp::Index, call[0], call[1]); }

// A copy with one element or entry replaced; an index outside the array changes nothing.
Cell set(const Call& call) {
  if (call[0].tag == Tag::Array && IsInt(call[1])) return ReplaceElement(call);
  if (call[0].tag == Tag::Map && IsText(call[1])) return ReplaceEntry(call);
  return call.WrongType();
}

Cell sum(const Call& call) {
  if (ArrayOf(call[0]) == nullptr) return call.WrongType();
  return Cell::Float(Moments(*call[0].array).sum);
}
Cell avg(const Call& call) {
  if (ArrayOf(call[0]) == nullptr) return call.WrongType();
  Moments moments(*call[0].array);
  if (moments.count == 0) return Cell::Missing();
  return Cell::Float(moments.sum / static_cast<double>(moments.count));
}
// Of a sample; fewer than two numbers have none.
Cell variance(const Call& call) {
  if (ArrayOf(call[0]) == nullptr) return call.WrongType();
  Moments moments(*call[0].array);
  if (moments.count < 2) return Cell::Missing();
  return Cell::Float(moments.squares / static_cast<double>(moments.count - 1));
}

Cell array_stddev(const Call& call) {
  const Cell value = variance(call);
  return value.tag == Tag::Float ? Cell::Float(std::sqrt(value.number)) : value;
}

// Different values that are present.
Cell array_distinct(const Call& call) {
  if (ArrayOf(call[0]) == nullptr) return call.WrongType();
  absl::flat_hash_set<Cell, KeyHash, KeyEqual> seen;
  const abi::ArrayValue& array = *call[0].array;
  for (uint64_t i = 0; i < array.size; ++i) {
    if (!array.elements()[i].absent()) seen.insert(array.elements()[i]);
  }
  return Cell::Int(static_cast<int64_t>(seen.size()));
}

// a[lo:hi]: negative bounds count from the end, then both are clamped; crossed is empty.
Cell slice(const Call& call) {
  if (!IsInt(call[1]) || !IsInt(call[2])) return call.WrongType();
  if (const abi::ArrayValue* array = ArrayOf(call[0])) {
    auto size = static_cast<int64_t>(array->size);
    int64_t begin = Bound(call[1].integer, size);
    int64_t end = Bound(call[2].integer, size);
    return Part(call, array->elements() + begin,
                static_cast<uint64_t>(std::max<int64_t>(end - begin, 0)));
  }
  if (!IsText(call[0])) return call.WrongType();
  CellText text(call[0]);
  int64_t size = CountCharacters(text.view());
  size_t begin = CharacterOffset(text.view(), Bound(call[1].integer, size));
  size_t end = CharacterOffset(text.view(), Bound(call[2].integer, size));
  return call.Text(begin < end ? text.view().substr(begin, end - begin) : std::string_view());
}

// spread(m, prefix, part): m and the entries of part, each under the prefix and its key; an entry of
// m under the same key is replaced. A part that is no map has no entries.
Cell spread(const Call& call) {
  if (call[0].tag != Tag::Map || !IsText(call[1])) return call.WrongType();
  if (call[2].tag != Tag::Map) return call[0];
  const abi::MapValue& from = *call[0].map;
  const abi::MapValue& part = *call[2].map;
  const CellText prefix(call[1]);
  abi::MapValue* map = NewMap(call.context(), from.size + part.size);
  std::copy_n(from.entries(), from.size, map->entries());
  map->size = from.size;
  std::string key;
  for (uint64_t i = 0; i < part.size; ++i) {
    const abi::MapEntry& entry = part.entries()[i];
    key.assign(prefix.view());
    key += entry.key.view();
    const uint64_t at = IndexOf(from, from.size, key);
    if (at < from.size) {
      map->entries()[at].value = entry.value;
    } else {
      map->entries()[map->size++] = {MakeText(call.context(), key), entry.value};
    }
  }
  return MapCell(map);
}

}  // namespace builtin
}  // namespace varpulis::kernel
