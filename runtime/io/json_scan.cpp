#include "runtime/io/json_scan.h"

#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/limits.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

constexpr const char* kTooDeep = "arrays and objects are nested too deeply";
constexpr const char* kTooManyFields = "too many fields";
constexpr const char* kTooManyElements = "too many array elements";
constexpr const char* kBadString =
    "the string does not end, or has a bad escape or control character";

}  // namespace

const char* JsonScanner::Fail(const char* at, const char* reason) {
  // The first failure is the one to report.
  if (error_at_ == nullptr) {
    error_at_ = at;
    error_ = reason;
  }
  return nullptr;
}

std::string JsonScanner::error(const char* line) const {
  return fmt::format("invalid JSON at column {}: {}", error_at_ - line + 1, error_);
}

const char* JsonScanner::Scan(const char* at, base::Arena& arena) {
  arena_ = &arena;
  special_.fill(-1);
  high_ = 0;
  error_at_ = nullptr;
  const char* end = ScanMembers(at, KeyTrie::kEventRoot, fields_, 0);
  if (end == nullptr) return nullptr;
  if (high_ != 0 && !simdjson::validate_utf8(at, static_cast<size_t>(end - at))) {
    return Fail(at, "not UTF-8");
  }
  return end;
}

const char* JsonScanner::Check(const char* at) {
  high_ = 0;
  error_at_ = nullptr;
  const char* end = SkipValue(at, 0);
  if (end == nullptr) return nullptr;
  if (high_ != 0 && !simdjson::validate_utf8(at, static_cast<size_t>(end - at))) {
    return Fail(at, "not UTF-8");
  }
  return end;
}

bool JsonScanner::broke_limit() const {
  return error_ == kTooDeep || error_ == kTooManyFields || error_ == kTooManyElements;
}

// Inlined where the fields of events are read.
[[gnu::always_inline]] inline const char* JsonScanner::ScanValue(const char* at, Field& field,
                                                                 int depth) {
  const char* end = nullptr;
  bool escaped = false;
  switch (*at) {
    case '"':
      field.kind = FieldKind::Str;
      field.padded = true;
      field.text = at + 1;
      end = ScanJsonString(at + 1, escaped, high_);
      if (end == nullptr) return Fail(at, kBadString);
      field.escaped = escaped;
      field.text_size = static_cast<uint32_t>(end - 1 - (at + 1));
      return end;
    case '{':
    case '[':
      field.kind = *at == '{' ? FieldKind::Object : FieldKind::Array;
      field.text = at;
      end = SkipContainer(at, depth + 1);
      if (end != nullptr) field.text_size = static_cast<uint32_t>(end - at);
      return end;
    case 't':
    case 'f':
    case 'n':
      return ScanWord(at, field);
    default:
      end = ScanNumber(at, field);
      return end != nullptr ? end : Fail(at, "expected a value");
  }
}

// Members of the object at `at`. Events and their `data` have lists of their own.
const char* JsonScanner::ScanMembers(const char* at, KeyTrie::Index node, FieldList& out,
                                     int depth) {
  bool is_event = depth == 0;
  Field* field = out.fields.get();
  Field* limit = field + limits::kMaxEventFields;
  const char* raw_begin = ++at;
  out.size = 0;
  at = SkipBlanks(at);
  if (*at == '}') return at + 1;
  for (;; ++field) {
    if (field == limit) return Fail(at, kTooManyFields);
    KeyTrie::Index child = trie_.Match(node, raw_begin);
    if (child != KeyTrie::kNone) [[likely]] {
      const KeyTrie::Node& known = trie_.node(child);
      field->key = raw_begin + known.key_at;
      field->key_size = known.key_size;
      field->key_id = known.key_id;
      // What was remembered may have ended at the colon, where a blank follows now.
      at = SkipBlanks(raw_begin + known.raw_size);
      node = child;
    } else {
      at = ScanKey(SkipBlanks(raw_begin), raw_begin, node, *field);
      if (at == nullptr) return nullptr;
    }
    if (is_event && field->key_id < kSpecialKeys) {
      special_[field->key_id] = static_cast<int32_t>(field - out.fields.get());
    }
    bool holds_fields =
        is_event && *at == '{' && (field->key_id == kKeyData || field->key_id == kKeyFields);
    at = holds_fields ? ScanEventFields(at, *field) : ScanValue(at, *field, depth);
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (*at == '}') break;
    if (*at != ',') return Fail(at, "expected , or }");
    raw_begin = ++at;
  }
  // Once, at the end: a reader of the whole list finds a finished store.
  out.size = static_cast<size_t>(field + 1 - out.fields.get());
  return at + 1;
}

// Reads a key that was not predicted, and its colon, and remembers it.
const char* JsonScanner::ScanKey(const char* at, const char* raw_begin, KeyTrie::Index& node,
                                 Field& field) {
  if (*at != '"') return Fail(at, "expected a key");
  bool escaped = false;
  uint32_t high = 0;
  const char* key = at + 1;
  const char* end = ScanJsonString(key, escaped, high);
  if (end == nullptr) return Fail(at, "the key does not end");
  high_ |= high;
  field.key = key;
  field.key_size = static_cast<uint32_t>(end - 1 - key);
  if (escaped) {
    char* copy = arena_->Allocate(field.key_size);
    field.key_size = static_cast<uint32_t>(UnescapeJson(field.key_view(), copy));
    field.key = copy;
  }
  field.key_id = keys_->Find(field.key_view());
  at = SkipBlanks(end);
  if (*at != ':') return Fail(at, "expected :");
  at = SkipBlanks(at + 1);
  // Keys beyond ASCII are not remembered, so that they are checked every time.
  if (escaped || high != 0) {
    node = KeyTrie::kNone;
  } else {
    node = trie_.Learn(node, {raw_begin, static_cast<size_t>(at - raw_begin)},
                       static_cast<size_t>(key - raw_begin), field.key_size, field.key_id);
  }
  return at;
}

// The object that `data` or `fields` holds: perhaps the event's fields.
const char* JsonScanner::ScanEventFields(const char* at, Field& field) {
  FieldList& members = field.key_id == kKeyData ? data_ : named_fields_;
  const char* end = ScanMembers(at, KeyTrie::kMembersRoot, members, 1);
  if (end == nullptr) return nullptr;
  field.kind = FieldKind::Object;
  field.text = at;
  field.text_size = static_cast<uint32_t>(end - at);
  return end;
}

const char* JsonScanner::ScanWord(const char* at, Field& field) {
  if (std::memcmp(at, "true", 4) == 0) {
    field.kind = FieldKind::Bool;
    field.boolean = true;
    return at + 4;
  }
  if (std::memcmp(at, "null", 4) == 0) {
    field.kind = FieldKind::Null;
    return at + 4;
  }
  if (std::memcmp(at, "false", 5) == 0) {
    field.kind = FieldKind::Bool;
    field.boolean = false;
    return at + 5;
  }
  return Fail(at, "expected a value");
}

// Behind an array or object, which is checked but not built.
const char* JsonScanner::SkipContainer(const char* at, int depth) {
  if (depth > limits::kMaxEventNesting) return Fail(at, kTooDeep);
  bool is_object = *at == '{';
  char close = is_object ? '}' : ']';
  size_t limit = is_object ? limits::kMaxEventFields : limits::kMaxArrayElements;
  at = SkipBlanks(at + 1);
  if (*at == close) return at + 1;
  for (size_t count = 1;; ++count) {
    if (count > limit) return Fail(at, is_object ? kTooManyFields : kTooManyElements);
    if (is_object) {
      at = SkipMember(at, depth);
    } else {
      at = SkipValue(at, depth);
    }
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (*at == close) return at + 1;
    if (*at != ',') return Fail(at, is_object ? "expected , or }" : "expected , or ]");
    at = SkipBlanks(at + 1);
  }
}

const char* JsonScanner::SkipValue(const char* at, int depth) {
  Field value;
  return ScanValue(at, value, depth);
}

const char* JsonScanner::SkipMember(const char* at, int depth) {
  if (*at != '"') return Fail(at, "expected a key");
  bool escaped = false;
  const char* end = ScanJsonString(at + 1, escaped, high_);
  if (end == nullptr) return Fail(at, "the key does not end");
  end = SkipBlanks(end);
  if (*end != ':') return Fail(end, "expected :");
  return SkipValue(SkipBlanks(end + 1), depth);
}

}  // namespace varpulis::io
