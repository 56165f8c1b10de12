// ValueText. No test of its own.

#include "jit/engine/value_text.h"

#include <bit>

#include <fmt/format.h>

#include "runtime/kernel/collection.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::jit {

namespace {

std::string FloatText(double value) {
  return value != value ? "nan" : fmt::format("{:016x}", std::bit_cast<uint64_t>(value));
}

std::string CellText(const abi::Cell& cell) {
  using abi::Tag;
  switch (cell.tag) {
    case Tag::Missing:
      return "missing";
    case Tag::Null:
      return "null";
    case Tag::Bool:
      return cell.boolean != 0 ? "true" : "false";
    case Tag::Int:
      return fmt::format("{}", cell.integer);
    case Tag::IntText:
      return fmt::format("text {}", cell.integer);
    case Tag::Float:
      return FloatText(cell.number);
    case Tag::Str:
      return fmt::format("'{}'", cell.string.view());
    case Tag::Timestamp:
      return fmt::format("ts {}", cell.integer);
    case Tag::Duration:
      return fmt::format("dur {}", cell.integer);
    case Tag::Array: {
      std::string text = "[";
      for (uint64_t i = 0; i < cell.array->size; ++i)
        text += CellText(cell.array->elements()[i]) + ",";
      return text + "]";
    }
    case Tag::Map: {
      std::string text = "{";
      for (uint64_t i = 0; i < cell.map->size; ++i) {
        const auto& entry = cell.map->entries()[i];
        text += fmt::format("{}: {},", entry.key.view(), CellText(entry.value));
      }
      return text + "}";
    }
  }
  return "?";
}

}  // namespace

// A value in memory; absent ones by their state alone.
std::string ValueText(ir::Type type, const void* at, uint8_t state) {
  if (type != ir::Type::Any && !ir::IsSlotOnly(type) && state != abi::kPresent) {
    return state == abi::kNull ? "null" : state == abi::kMissing ? "missing" : "bad state";
  }
  switch (type) {
    case ir::Type::Bool:
      return *static_cast<const uint8_t*>(at) == 1 ? "true" : "false";
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return fmt::format("{}", *static_cast<const int64_t*>(at));
    case ir::Type::Float:
      return FloatText(*static_cast<const double*>(at));
    case ir::Type::Str:
      return fmt::format("'{}'", static_cast<const abi::VplString*>(at)->view());
    case ir::Type::Any:
      return CellText(*static_cast<const abi::Cell*>(at));
    case ir::Type::Set:
      return fmt::format("set of {}", kernel::CollectionSize(at));
    case ir::Type::List: {
      abi::Cell list;
      abi::vpl_list_values(const_cast<void*>(at), &list);
      return "list " + CellText(list);
    }
  }
  return "?";
}

}  // namespace varpulis::jit
