#pragma once

// Values in a batch's arena: texts, arrays, maps.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "compiler/ir/kernel_abi.h"
#include "runtime/io/field.h"

namespace varpulis::io {

// Cells and strings as the runtime stores them; everything longer than an inline string is copied
// into the arena. Not thread-safe: it has scratch memory.
class ValueBuilder {
 public:
  // The text of a Str field, decoded.
  abi::VplString Text(base::Arena& arena, const Field& field);
  abi::VplString Text(base::Arena& arena, std::string_view text);
  // Any field as a cell, texts as texts.
  abi::Cell Value(base::Arena& arena, const Field& field);
  // The array or map of a checked JSON text (FieldKind::Array or Object).
  abi::Cell Container(base::Arena& arena, const Field& field);
  // An array of the cells; a map with distinct keys: of equal keys the last value wins and the
  // first place.
  static abi::Cell Array(base::Arena& arena, const std::vector<abi::Cell>& cells, size_t first);
  abi::Cell Map(base::Arena& arena, const std::vector<abi::MapEntry>& entries, size_t first);

  // Texts that were cut at limits::kMaxStringBytes.
  uint64_t truncated_strings() const { return truncated_strings_; }

 private:
  const char* BuildContainer(const char* at, abi::Cell& cell);
  const char* BuildArray(const char* at, abi::Cell& cell);
  const char* BuildMap(const char* at, abi::Cell& cell);
  const char* BuildValue(const char* at, abi::Cell& cell);
  const char* BuildText(const char* at, abi::VplString& text);

  base::Arena* arena_ = nullptr;
  std::vector<abi::Cell> cells_;        // elements of the arrays being built
  std::vector<abi::MapEntry> entries_;  // entries of the maps being built
  std::vector<uint32_t> order_;         // of Map
  uint64_t truncated_strings_ = 0;
};

}  // namespace varpulis::io
