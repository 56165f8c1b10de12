#pragma once

// What the decoders of all formats hand to the RowWriter: one event as a list of fields whose
// values are still views of the input line.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::io {

// Readable bytes behind every text that a decoder looks at, so that it can load 16 bytes anywhere.
inline constexpr size_t kPadding = 64;

// Keys with a meaning of their own in a flat event; they have the first ids of the KeyTable.
enum SpecialKey : uint32_t {
  kKeyEventType,
  kKeyType,
  kKeyAtTimestamp,
  kKeyAtVersion,
  kKeyTimestamp,
  kKeyUtcTime,
  kKeyTimeCreated,
  kKeyEventId,
  kKeyChannel,
  kKeyData,
  kKeyFields,
  kSpecialKeys,
};

enum class FieldKind : uint8_t {
  Null,
  Bool,
  Int,
  Float,
  Str,        // text; still with JSON escapes if `escaped`
  Array,      // JSON text, checked
  Object,     // JSON text, checked
  Timestamp,  // literals of text events
  Duration,
  Value,  // a finished value: arrays and objects of text events
};

struct Field {
  const char* key;
  uint32_t key_size;
  uint32_t key_id;  // of the KeyTable
  FieldKind kind;
  bool escaped;
  bool padded;         // Str: kPadding bytes are readable behind the text
  uint32_t text_size;  // Str, Array, Object
  union {
    bool boolean;
    int64_t integer;  // Int, Timestamp, Duration
    double number;
    const char* text;
    const abi::Cell* cell;
  };

  std::string_view key_view() const { return {key, key_size}; }
  std::string_view text_view() const { return {text, text_size}; }
};

// Index of the last field with each special key, or -1.
using SpecialIndex = std::array<int32_t, kSpecialKeys>;

// The fields of one event at top level.
struct EventFields {
  std::span<const Field> fields;
  const SpecialIndex& special;

  const Field* Find(SpecialKey key) const {
    return special[key] < 0 ? nullptr : &fields[static_cast<size_t>(special[key])];
  }
};

// Where an event came from; decides how its texts are typed (decision D23).
enum class EventForm : uint8_t {
  Native,  // {"event_type": T, "data": {...}}
  Flat,    // {"type": T, ...}: integer text counts as an int
  Csv,     // as Flat, and numbers are text
  Text,    // T { a: 1 }
};

}  // namespace varpulis::io
