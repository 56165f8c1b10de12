#include "tests/kernels/values.h"

#include <new>
#include <vector>

#include <fmt/format.h>

#include "compiler/ir/kernel_words.h"
#include "runtime/kernel/cell_ops.h"

namespace varpulis::kernels {

using abi::Cell;
using abi::Tag;

namespace words = ir::words;

void SkipSpace(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

bool Accept(std::string_view& text, std::string_view word) {
  SkipSpace(text);
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

namespace {

// Behind the opening quote.
std::optional<std::string> ReadQuoted(std::string_view& text) {
  std::string content;
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c == '"') return content;
    if (c != '\\') {
      content += c;
      continue;
    }
    if (text.empty()) return std::nullopt;
    const char escape = text[0];
    text.remove_prefix(1);
    if (escape == 'x' && text.size() > 1) {
      content += static_cast<char>(std::stoi(std::string(text.substr(0, 2)), nullptr, 16));
      text.remove_prefix(2);
    } else {
      content += escape == 'n' ? '\n' : escape == 't' ? '\t' : escape == 'r' ? '\r' : escape;
    }
  }
  return std::nullopt;
}

abi::VplString Copied(const std::string& text, base::Arena& arena) {
  return abi::VplString::Borrow(text.empty() ? std::string_view(text) : arena.Copy(text));
}

std::optional<Cell> ReadArray(std::string_view& text, base::Arena& arena) {
  std::vector<Cell> elements;
  while (!Accept(text, "]")) {
    const auto element = ReadValue(text, arena);
    if (!element || !(Accept(text, ",") || text.starts_with("]"))) return std::nullopt;
    elements.push_back(*element);
  }
  char* memory = arena.Allocate(sizeof(abi::ArrayValue) + elements.size() * sizeof(Cell));
  auto* array = new (memory) abi::ArrayValue{elements.size()};
  for (size_t i = 0; i < elements.size(); ++i) new (array->elements() + i) Cell(elements[i]);
  Cell cell(Tag::Array);
  cell.array = array;
  return cell;
}

std::optional<Cell> ReadMap(std::string_view& text, base::Arena& arena) {
  std::vector<abi::MapEntry> entries;
  while (!Accept(text, "}")) {
    if (!Accept(text, "\"")) return std::nullopt;
    const auto key = ReadQuoted(text);
    if (!key || !Accept(text, ":")) return std::nullopt;
    const auto value = ReadValue(text, arena);
    if (!value || !(Accept(text, ",") || text.starts_with("}"))) return std::nullopt;
    entries.push_back({Copied(*key, arena), *value});
  }
  char* memory = arena.Allocate(sizeof(abi::MapValue) + entries.size() * sizeof(abi::MapEntry));
  auto* map = new (memory) abi::MapValue{entries.size()};
  for (size_t i = 0; i < entries.size(); ++i) new (map->entries() + i) abi::MapEntry(entries[i]);
  Cell cell(Tag::Map);
  cell.map = map;
  return cell;
}

std::optional<Cell> ReadTagged(std::string_view& text, base::Arena& arena, Tag tag) {
  auto value = ReadValue(text, arena);
  if (!value || value->tag != Tag::Int) return std::nullopt;
  return Cell::Int(value->integer, tag);
}

std::optional<Cell> ReadNumber(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(" ,)]}:\t"));
  if (auto integer = words::ReadInt(word)) {
    text.remove_prefix(word.size());
    return Cell::Int(*integer);
  }
  if (auto number = words::ReadFloat(word)) {
    text.remove_prefix(word.size());
    return Cell::Float(*number);
  }
  return std::nullopt;
}

std::string ArrayText(const abi::ArrayValue& array) {
  std::string text;
  for (uint64_t i = 0; i < array.size; ++i) {
    text += (i == 0 ? "" : ", ") + ValueText(array.elements()[i]);
  }
  return "[" + text + "]";
}

std::string MapText(const abi::MapValue& map) {
  std::string text;
  for (uint64_t i = 0; i < map.size; ++i) {
    const abi::MapEntry& entry = map.entries()[i];
    text += fmt::format("{}{}: {}", i == 0 ? "" : ", ", words::Quote(entry.key.view()),
                        ValueText(entry.value));
  }
  return "{" + text + "}";
}

}  // namespace

std::optional<Cell> ReadValue(std::string_view& text, base::Arena& arena) {
  if (Accept(text, "missing")) return Cell::Missing();
  if (Accept(text, "null")) return Cell::Null();
  if (Accept(text, "true")) return Cell::Bool(true);
  if (Accept(text, "false")) return Cell::Bool(false);
  if (Accept(text, "text ")) return ReadTagged(text, arena, Tag::IntText);
  if (Accept(text, "ts ")) return ReadTagged(text, arena, Tag::Timestamp);
  if (Accept(text, "dur ")) return ReadTagged(text, arena, Tag::Duration);
  if (Accept(text, "[")) return ReadArray(text, arena);
  if (Accept(text, "{")) return ReadMap(text, arena);
  if (!Accept(text, "\"")) return ReadNumber(text);
  const auto content = ReadQuoted(text);
  if (!content) return std::nullopt;
  return Cell::Str(Copied(*content, arena));
}

std::string ValueText(const Cell& cell) {
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
      return words::FloatText(cell.number);
    case Tag::Str:
      return words::Quote(cell.string.view());
    case Tag::Timestamp:
      return fmt::format("ts {}", cell.integer);
    case Tag::Duration:
      return fmt::format("dur {}", cell.integer);
    case Tag::Array:
      return ArrayText(*cell.array);
    case Tag::Map:
      return MapText(*cell.map);
  }
  return "?";
}

Cell LoadCell(ir::Type type, const void* at, uint8_t state) {
  if (type == ir::Type::Any) return *static_cast<const Cell*>(at);
  if (state != abi::kPresent) return Cell::Absent(static_cast<abi::State>(state));
  switch (type) {
    case ir::Type::Bool:
      return Cell::Bool(*static_cast<const uint8_t*>(at) != 0);
    case ir::Type::Float:
      return Cell::Float(*static_cast<const double*>(at));
    case ir::Type::Str:
      return Cell::Str(*static_cast<const abi::VplString*>(at));
    default:
      return Cell::Int(*static_cast<const int64_t*>(at), kernel::TagOf(type));
  }
}

bool StoreCell(const Cell& cell, ir::Type type, void* at, uint8_t* state) {
  if (type == ir::Type::Any) {
    new (at) Cell(cell);
    return true;
  }
  *state = cell.state();
  if (cell.absent()) return true;
  // In a column of times `5` is enough.
  if (cell.tag != kernel::TagOf(type) && !(cell.tag == Tag::Int && ir::IsInt64(type))) return false;
  switch (type) {
    case ir::Type::Bool:
      *static_cast<uint8_t*>(at) = cell.boolean;
      break;
    case ir::Type::Float:
      *static_cast<double*>(at) = cell.number;
      break;
    case ir::Type::Str:
      *static_cast<abi::VplString*>(at) = cell.string;
      break;
    default:
      *static_cast<int64_t*>(at) = cell.integer;
      break;
  }
  return true;
}

}  // namespace varpulis::kernels
