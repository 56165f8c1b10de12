#pragma once

// Text events: `Type { field: value, ... }`, `Type(value, ...)`, and the prefixes that say when an
// entry arrives (language.md 10.1).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/io/decoding.h"
#include "runtime/io/key_trie.h"
#include "runtime/io/value_builder.h"

namespace varpulis::io {

// Reads `100` or `5s` at `at` as nanoseconds; no unit means ms. Returns its end, or null.
const char* ScanOffset(const char* at, DurationNs& offset);

class TextEventDecoder {
 public:
  // `decoding` must outlive it.
  explicit TextEventDecoder(Decoding& decoding) : decoding_(&decoding) {}

  // Decodes the event that begins at `at` and returns the end of its line, behind the '\n'. Null:
  // malformed, see error(); nothing was appended.
  const char* Decode(const char* at, TimestampNs time, row::Batch& batch);
  const std::string& error() const { return error_; }

 private:
  const char* ScanFields(const char* at);
  const char* ScanPositional(const char* at, uint32_t table);
  const char* ScanKey(const char* at, const char* raw_begin, KeyTrie::Index& node, Field& field);
  const char* ScanValue(const char* at, char close, Field& field, int depth);
  const char* ScanBareValue(const char* at, char close, Field& field);
  const char* ScanString(const char* at, Field& field);
  const char* ScanArray(const char* at, Field& field, int depth);
  const char* ScanObject(const char* at, Field& field, int depth);
  void SetValue(Field& field, const abi::Cell& value);
  abi::Cell ToCell(const Field& field);
  std::string_view PositionalName(uint32_t table, size_t position);
  const char* Fail(const char* at, const char* reason);

  Decoding* decoding_;
  KeyTrie trie_;
  base::Arena* arena_ = nullptr;
  std::vector<Field> fields_;
  std::vector<abi::Cell> cells_;        // of the arrays being read
  std::vector<abi::MapEntry> entries_;  // of the objects being read
  const char* line_ = nullptr;
  uint32_t high_ = 0;
  std::string error_;
};

}  // namespace varpulis::io
