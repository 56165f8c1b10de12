#include "runtime/io/value_builder.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

abi::VplString PaddedText(const char* text, uint32_t size) {
#if defined(__SSE2__)
  // The twelve bytes behind the size, of which `size` are kept.
  static const uint8_t kMask[28] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kMask + 12 - size));
  bytes = _mm_slli_si128(_mm_and_si128(bytes, mask), 4);
  bytes = _mm_or_si128(bytes, _mm_cvtsi32_si128(static_cast<int>(size)));
  abi::VplString result;
  std::memcpy(&result, &bytes, sizeof result);
  return result;
#else
  return abi::VplString::Borrow({text, size});
#endif
}

}  // namespace

abi::VplString ValueBuilder::Text(base::Arena& arena, std::string_view text) {
  if (text.size() <= abi::VplString::kInlineBytes) return abi::VplString::Borrow(text);
  if (text.size() > limits::kMaxStringBytes) {
    ++truncated_strings_;
    text = CutAtCharacter(text, limits::kMaxStringBytes);
  }
  return abi::VplString::Borrow(arena.Copy(text));
}

abi::VplString ValueBuilder::Text(base::Arena& arena, const Field& field) {
  if (!field.escaped) {
    if (field.padded && field.text_size <= abi::VplString::kInlineBytes) {
      return PaddedText(field.text, field.text_size);
    }
    return Text(arena, field.text_view());
  }
  char* copy = arena.Allocate(field.text_size);
  std::string_view text(copy, UnescapeJson(field.text_view(), copy));
  if (text.size() > limits::kMaxStringBytes) {
    ++truncated_strings_;
    text = CutAtCharacter(text, limits::kMaxStringBytes);
  }
  return abi::VplString::Borrow(text);
}

abi::Cell ValueBuilder::Value(base::Arena& arena, const Field& field) {
  switch (field.kind) {
    case FieldKind::Null:
      return abi::Cell::Null();
    case FieldKind::Bool:
      return abi::Cell::Bool(field.boolean);
    case FieldKind::Int:
      return abi::Cell::Int(field.integer);
    case FieldKind::Float:
      return abi::Cell::Float(field.number);
    case FieldKind::Str:
      return abi::Cell::Str(Text(arena, field));
    case FieldKind::Timestamp:
      return abi::Cell::Int(field.integer, abi::Tag::Timestamp);
    case FieldKind::Duration:
      return abi::Cell::Int(field.integer, abi::Tag::Duration);
    case FieldKind::Array:
    case FieldKind::Object:
      return Container(arena, field);
    case FieldKind::Value:
      return *field.cell;
  }
  return abi::Cell::Missing();
}

abi::Cell ValueBuilder::Array(base::Arena& arena, const std::vector<abi::Cell>& cells,
                              size_t first) {
  size_t count = cells.size() - first;
  auto* array = reinterpret_cast<abi::ArrayValue*>(
      arena.Allocate(sizeof(abi::ArrayValue) + count * sizeof(abi::Cell)));
  array->size = count;
  if (count > 0)
    std::memcpy(static_cast<void*>(array->elements()), &cells[first], count * sizeof(abi::Cell));
  abi::Cell cell(abi::Tag::Array);
  cell.array = array;
  return cell;
}

abi::Cell ValueBuilder::Map(base::Arena& arena, const std::vector<abi::MapEntry>& entries,
                            size_t first) {
  size_t count = entries.size() - first;
  auto* map = reinterpret_cast<abi::MapValue*>(
      arena.Allocate(sizeof(abi::MapValue) + count * sizeof(abi::MapEntry)));
  abi::MapEntry* out = map->entries();
  size_t size = 0;
  if (count <= 16) {
    for (size_t i = first; i < entries.size(); ++i) {
      size_t at = 0;
      while (at < size && !abi::Equal(out[at].key, entries[i].key)) ++at;
      out[at] = entries[i];
      if (at == size) ++size;
    }
  } else {
    // Equal keys side by side, in order of appearance; the first of each takes the last's value.
    order_.resize(count);
    for (size_t i = 0; i < count; ++i) order_[i] = static_cast<uint32_t>(first + i);
    auto key = [&](uint32_t i) { return entries[i].key.view(); };
    std::stable_sort(order_.begin(), order_.end(),
                     [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
    size_t duplicates = 0;
    for (size_t i = 0; i < count;) {
      size_t last = i;
      while (last + 1 < count && key(order_[last + 1]) == key(order_[i])) ++last;
      out[order_[i] - first] = entries[order_[last]];
      for (size_t j = i + 1; j <= last; ++j, ++duplicates)
        out[order_[j] - first].key.size = UINT32_MAX;
      i = last + 1;
    }
    for (size_t i = 0; i < count; ++i) {
      if (out[i].key.size != UINT32_MAX) out[size++] = out[i];
    }
  }
  map->size = size;
  abi::Cell cell(abi::Tag::Map);
  cell.map = map;
  return cell;
}

abi::Cell ValueBuilder::Container(base::Arena& arena, const Field& field) {
  arena_ = &arena;
  abi::Cell cell;
  BuildContainer(field.text, cell);
  return cell;
}

const char* ValueBuilder::BuildContainer(const char* at, abi::Cell& cell) {
  return *at == '{' ? BuildMap(at, cell) : BuildArray(at, cell);
}

const char* ValueBuilder::BuildArray(const char* at, abi::Cell& cell) {
  size_t first = cells_.size();
  at = SkipBlanks(at + 1);
  while (*at != ']') {
    abi::Cell element;
    at = SkipBlanks(BuildValue(at, element));
    cells_.push_back(element);
    if (*at == ',') at = SkipBlanks(at + 1);
  }
  cell = Array(*arena_, cells_, first);
  cells_.resize(first);
  return at + 1;
}

const char* ValueBuilder::BuildMap(const char* at, abi::Cell& cell) {
  size_t first = entries_.size();
  at = SkipBlanks(at + 1);
  while (*at != '}') {
    abi::MapEntry entry;
    at = SkipBlanks(BuildText(at, entry.key));
    at = SkipBlanks(BuildValue(SkipBlanks(at + 1), entry.value));
    entries_.push_back(entry);
    if (*at == ',') at = SkipBlanks(at + 1);
  }
  cell = Map(*arena_, entries_, first);
  entries_.resize(first);
  return at + 1;
}

const char* ValueBuilder::BuildText(const char* at, abi::VplString& text) {
  Field field{};
  uint32_t high = 0;
  field.text = at + 1;
  const char* end = ScanJsonString(at + 1, field.escaped, high);
  field.text_size = static_cast<uint32_t>(end - 1 - field.text);
  field.padded = true;
  text = Text(*arena_, field);
  return end;
}

const char* ValueBuilder::BuildValue(const char* at, abi::Cell& cell) {
  switch (*at) {
    case '"': {
      abi::VplString text;
      const char* end = BuildText(at, text);
      cell = abi::Cell::Str(text);
      return end;
    }
    case '{':
    case '[':
      return BuildContainer(at, cell);
    case 't':
      cell = abi::Cell::Bool(true);
      return at + 4;
    case 'f':
      cell = abi::Cell::Bool(false);
      return at + 5;
    case 'n':
      cell = abi::Cell::Null();
      return at + 4;
    default: {
      Field field{};
      const char* end = ScanNumber(at, field);
      cell = field.kind == FieldKind::Int ? abi::Cell::Int(field.integer)
                                          : abi::Cell::Float(field.number);
      return end;
    }
  }
}

}  // namespace varpulis::io
