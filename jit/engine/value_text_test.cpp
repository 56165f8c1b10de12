// ValueText. No test of its own.

#include "jit/engine/value_text.h"

#include <bit>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/kernel/collection.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::jit {

namespace {

std::string FloatText(double value) {
  return value != value ? "nan" : fmt::format("{:016x}", std::bit_cast<uint64_t>(value));
}

// Writes values of any size: the text stays short, what does not fit goes into a digest. Random kernels make
// values that share their parts and so have a million elements when they are written out.
class CellWriter {
 public:
  void Add(const abi::Cell& cell) {
    using abi::Tag;
    switch (cell.tag) {
      case Tag::Missing:
        return Put("missing");
      case Tag::Null:
        return Put("null");
      case Tag::Bool:
        return Put(cell.boolean != 0 ? "true" : "false");
      case Tag::Int:
        return Put(Number(cell));
      case Tag::IntText:
        return Put("text "), Put(Number(cell));
      case Tag::Float:
        return Put(FloatText(cell.number));
      case Tag::Str:
        return Put("'"), Put(cell.string.view()), Put("'");
      case Tag::Timestamp:
        return Put("ts "), Put(Number(cell));
      case Tag::Duration:
        return Put("dur "), Put(Number(cell));
      case Tag::Array:
        return AddArray(*cell.array);
      case Tag::Map:
        return AddMap(*cell.map);
    }
    Put("?");
  }

  std::string Finish() {
    if (digested_ > 0) text_ += fmt::format(" and {} bytes of digest {:016x}", digested_, digest_);
    return std::move(text_);
  }

 private:
  static constexpr size_t kShownBytes = 16u << 10;

  static std::string Number(const abi::Cell& cell) { return fmt::format_int(cell.integer).str(); }

  void AddArray(const abi::ArrayValue& array) {
    Put("[");
    for (uint64_t i = 0; i < array.size; ++i) {
      Add(array.elements()[i]);
      Put(",");
    }
    Put("]");
  }

  void AddMap(const abi::MapValue& map) {
    Put("{");
    for (uint64_t i = 0; i < map.size; ++i) {
      Put(map.entries()[i].key.view());
      Put(": ");
      Add(map.entries()[i].value);
      Put(",");
    }
    Put("}");
  }

  void Put(std::string_view piece) {
    if (text_.size() < kShownBytes) {
      text_ += piece;
      return;
    }
    digested_ += piece.size();
    digest_ = digest_ * 0x9E3779B97F4A7C15u + std::hash<std::string_view>()(piece);
  }

  std::string text_;
  uint64_t digested_ = 0;
  uint64_t digest_ = 0;
};

std::string CellText(const abi::Cell& cell) {
  CellWriter writer;
  writer.Add(cell);
  return writer.Finish();
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
