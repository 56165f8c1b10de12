// Builtins whose result, or effect, depends on when they are called: random uuid print; and what loops
// need: handled_error handled_stage answer iteration_count iteration_value.

#include <array>
#include <cstdio>

#include "compiler/ir/key_hash.h"
#include "runtime/kernel/builtins.h"
#include "runtime/kernel/display.h"

namespace varpulis::kernel {
namespace {

// The next number of a sequence that starts anew with every event: the same seed and the same events
// give the same numbers.
uint64_t NextRandom(abi::KernelContext& context) {
  const uint64_t event = ir::Mix(context.random_seed ^ ir::Mix(context.event_number));
  return ir::Mix(event + ++context.random_draws * ir::kCombineFactor);
}

}  // namespace

namespace builtin {

Cell random(const Call& call) {
  constexpr double kUnit = 0x1p-53;
  return Cell::Float(static_cast<double>(NextRandom(call.context()) >> 11) * kUnit);
}

// Version 4 of RFC 9562.
Cell uuid(const Call& call) {
  const uint64_t a = (NextRandom(call.context()) & ~uint64_t{0xf000}) | 0x4000;
  const uint64_t b = (NextRandom(call.context()) & ~(uint64_t{3} << 62)) | uint64_t{2} << 62;
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx",
                static_cast<unsigned>(a >> 32), static_cast<unsigned>(a >> 16 & 0xffff),
                static_cast<unsigned>(a & 0xffff), static_cast<unsigned>(b >> 48),
                static_cast<unsigned long long>(b & 0xffffffffffff));
  return call.Text({text.data(), text.size() - 1});
}

Cell print(const Call& call) {
  std::string line = "[PRINT]";
  for (size_t i = 0; i < call.count; ++i) {
    line += ' ';
    AppendDisplay(line, call[i]);
  }
  if (call.context().print != nullptr) (*call.context().print)(line);
  return Cell::Missing();
}

// What a handler is told (.on_error): the kind of the error, and the operator in which it came up.
Cell handled_error(const Call& call) {
  return Cell::Str(abi::VplString::Borrow(call.context().handled_error));
}
Cell handled_stage(const Call& call) {
  return Cell::Str(abi::VplString::Borrow(call.context().handled_stage));
}

// What the lookup of the row at hand has found (.enrich).
Cell answer(const Call& call) { return call.context().answer; }

// How often `for v in x` runs: elements, entries, or 0 .. n-1; anything else never.
Cell iteration_count(const Call& call) {
  const Cell& over = call[0];
  if (over.tag == Tag::Array) return Cell::Int(static_cast<int64_t>(over.array->size));
  if (over.tag == Tag::Map) return Cell::Int(static_cast<int64_t>(over.map->size));
  if (IsInt(over)) return Cell::Int(std::max<int64_t>(over.integer, 0));
  return Cell::Int(0);
}

Cell iteration_value(const Call& call) {
  const Cell& over = call[0];
  const auto index = static_cast<uint64_t>(call[1].integer);
  if (over.tag == Tag::Array && index < over.array->size) return over.array->elements()[index];
  if (over.tag == Tag::Map && index < over.map->size) {
    const abi::MapEntry& entry = over.map->entries()[index];
    const Cell pair[2] = {Cell::Str(entry.key), entry.value};
    return MakeArray(call.frame, pair, 2);
  }
  return IsInt(over) ? Cell::Int(call[1].integer) : Cell::Missing();
}

}  // namespace builtin
}  // namespace varpulis::kernel
