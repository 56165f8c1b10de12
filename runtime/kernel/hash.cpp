// Hashes of keys; the formulas of numbers are in compiler/ir/key_hash.h.

#include <cstring>

#include "base/limits.h"
#include "compiler/ir/key_hash.h"
#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::kernel {
namespace {

constexpr uint64_t kTextSeed = 0xe7037ed1a0b428db;
constexpr uint64_t kTextFactor = 0x8ebc6af09c88c6e3;
constexpr uint64_t kArraySeed = 0x589965cc75374cc3;
constexpr uint64_t kMapSeed = 0x1d8e4e27c47d124f;

// Multiplies to 128 bits and folds both halves (the step of wyhash).
uint64_t Fold(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t HashBytes(std::string_view bytes) {
  uint64_t hash = kTextSeed ^ (bytes.size() * kTextFactor);
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash = Fold(hash ^ word, kTextFactor);
  }
  uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, at, left);
  return ir::Mix(Fold(hash ^ tail, kTextFactor) + left);
}

// HashBytes of text that stands in place: the zeros behind it make whole words.
uint64_t HashInline(const abi::VplString& text) {
  const char* bytes = reinterpret_cast<const char*>(&text) + offsetof(abi::VplString, prefix);
  uint64_t hash = kTextSeed ^ (text.size * kTextFactor);
  uint64_t word = 0;
  std::memcpy(&word, bytes, 8);
  if (text.size < 8) return ir::Mix(Fold(hash ^ word, kTextFactor) + text.size);
  uint32_t rest = 0;
  std::memcpy(&rest, bytes + 8, 4);
  return ir::Mix(Fold(Fold(hash ^ word, kTextFactor) ^ rest, kTextFactor) + (text.size - 8));
}

int64_t HashIn(const Cell& cell, int depth);

int64_t HashArray(const abi::ArrayValue& array, int depth) {
  auto hash = static_cast<int64_t>(kArraySeed + array.size);
  for (uint64_t i = 0; i < array.size; ++i) {
    hash = ir::CombineHash(hash, HashIn(array.elements()[i], depth));
  }
  return hash;
}

// Maps are equal whatever the order of their entries, so entries are added.
int64_t HashMap(const abi::MapValue& map, int depth) {
  uint64_t sum = kMapSeed + map.size;
  for (uint64_t i = 0; i < map.size; ++i) {
    const abi::MapEntry& entry = map.entries()[i];
    sum += static_cast<uint64_t>(ir::CombineHash(static_cast<int64_t>(HashBytes(entry.key.view())),
                                                 HashIn(entry.value, depth)));
  }
  return static_cast<int64_t>(ir::Mix(sum));
}

int64_t HashIn(const Cell& cell, int depth) {
  switch (cell.tag) {
    case Tag::Missing:
    case Tag::Null:
      return ir::HashAbsent();
    case Tag::Bool:
      return ir::HashBool(cell.boolean != 0);
    case Tag::Int:
    case Tag::IntText:
      return ir::HashInt(cell.integer);
    case Tag::Float:
      return ir::HashFloat(cell.number);
    case Tag::Str:
      return HashText(cell.string);
    case Tag::Timestamp:
      return ir::HashTimestamp(cell.integer);
    case Tag::Duration:
      return ir::HashDuration(cell.integer);
    case Tag::Array:
      return depth < limits::kMaxEventNesting ? HashArray(*cell.array, depth + 1) : 0;
    case Tag::Map:
      return depth < limits::kMaxEventNesting ? HashMap(*cell.map, depth + 1) : 0;
  }
  return 0;
}

}  // namespace

std::optional<int64_t> CanonicalInt(std::string_view text) {
  if (text.empty() || text.size() > 20) return std::nullopt;
  size_t first = text[0] == '-' ? 1 : 0;
  if (first == text.size() || text[first] < '0' || text[first] > '9') return std::nullopt;
  if (text[first] == '0' && text.size() > 1) return std::nullopt;
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int64_t HashText(const abi::VplString& text) {
  if (auto value = CanonicalInt(text.view())) return ir::HashInt(*value);
  return static_cast<int64_t>(text.is_inline() ? HashInline(text) : HashBytes(text.view()));
}

int64_t HashCell(const Cell& cell) { return HashIn(cell, 0); }

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

int64_t vpl_hash_cell(const Cell* a) noexcept { return kernel::HashCell(*a); }
int64_t vpl_hash_str(const VplString* a) noexcept { return kernel::HashText(*a); }

}  // extern "C"

}  // namespace varpulis::abi
