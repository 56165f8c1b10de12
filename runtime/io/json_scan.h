#pragma once

// One pass over a JSON object: checks the whole text and lists its fields with decoded numbers and
// undecoded strings and containers. No allocation in the steady state.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/arena.h"
#include "base/limits.h"
#include "runtime/io/field.h"
#include "runtime/io/key_table.h"
#include "runtime/io/key_trie.h"

namespace varpulis::io {

class JsonScanner {
 public:
  explicit JsonScanner(const KeyTable& keys) : keys_(&keys) {}

  // Reads the object whose `{` is at `at`, up to a '\n' that does not belong to it, and returns the
  // byte behind its `}`; null if it is malformed or beyond a limit: see error(). Keys with escapes
  // are decoded into the arena. What was found is valid until the next Scan.
  const char* Scan(const char* at, base::Arena& arena);

  // Goes behind any value, which is checked as those of events are; null if it is malformed.
  const char* Check(const char* at);

  EventFields event() const { return {fields_.view(), special_}; }
  // The fields of the object that `data` or `fields` holds.
  std::span<const Field> members(SpecialKey key) const {
    return key == kKeyData ? data_.view() : named_fields_.view();
  }
  // Why and where the last Scan or Check failed.
  std::string error(const char* line) const;
  // Whether that was a limit of events, and the text as such may be JSON.
  bool broke_limit() const;

 private:
  // Room for the fields of one object, uninitialised until they are scanned.
  struct FieldList {
    // Not behind `fields`: the pair would be loaded at once, and wait for the size to be stored.
    size_t size = 0;
    std::unique_ptr<Field[]> fields =
        std::make_unique_for_overwrite<Field[]>(limits::kMaxEventFields);

    std::span<const Field> view() const { return {fields.get(), size}; }
  };

  const char* ScanMembers(const char* at, KeyTrie::Index node, FieldList& out, int depth);
  const char* ScanKey(const char* at, const char* raw_begin, KeyTrie::Index& node, Field& field);
  const char* ScanEventFields(const char* at, Field& field);
  const char* ScanValue(const char* at, Field& field, int depth);
  const char* ScanWord(const char* at, Field& field);
  const char* SkipContainer(const char* at, int depth);
  const char* SkipValue(const char* at, int depth);
  const char* SkipMember(const char* at, int depth);
  const char* Fail(const char* at, const char* reason);

  const KeyTable* keys_;
  KeyTrie trie_;
  base::Arena* arena_ = nullptr;
  FieldList fields_;
  FieldList data_;
  FieldList named_fields_;
  SpecialIndex special_;
  uint32_t high_ = 0;  // set by bytes above 127
  const char* error_at_ = nullptr;
  const char* error_ = "";
};

}  // namespace varpulis::io
