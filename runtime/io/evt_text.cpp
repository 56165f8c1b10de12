#include "runtime/io/evt_text.h"

#include <charconv>
#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/limits.h"
#include "runtime/io/entry_end.h"
#include "runtime/io/evt_string.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

uint32_t HighBit(char c) { return static_cast<uint8_t>(c) & 0x80; }

bool IsKeyByte(char c) {
  return static_cast<uint8_t>(c) > ' ' && std::strchr(":,{}[]()\"'", c) == nullptr;
}

bool IsLetter(char c) { return c == '_' || (static_cast<uint8_t>((c | 0x20) - 'a') < 26); }

// Behind the bare word at `at`: up to a comma, the closing bracket or the end of the line.
const char* FindBareEnd(const char* at, char close, uint32_t& high) {
  for (; *at != ',' && *at != close && *at != '\n'; ++at) high |= HighBit(*at);
  return at;
}

}  // namespace

const char* ScanOffset(const char* at, DurationNs& offset) {
  const char* end = at;
  while ((*end >= '0' && *end <= '9') || (*end >= 'a' && *end <= 'z')) ++end;
  std::string_view text(at, static_cast<size_t>(end - at));
  uint64_t number = 0;
  auto [digits_end, error] = std::from_chars(at, end, number);
  if (error != std::errc()) return nullptr;
  if (digits_end != end) {
    auto duration = base::ParseDuration(text);
    if (!duration) return nullptr;
    offset = *duration;
    return end;
  }
  if (number > INT64_MAX / kNsPerMs) return nullptr;
  offset = static_cast<int64_t>(number) * kNsPerMs;
  return end;
}

const char* TextEventDecoder::Fail(const char* at, const char* reason) {
  if (error_.empty()) error_ = fmt::format("column {}: {}", at - line_ + 1, reason);
  return nullptr;
}

const char* TextEventDecoder::Decode(const char* at, TimestampNs time, row::Batch& batch) {
  line_ = at;
  arena_ = &batch.arena;
  fields_.clear();
  cells_.clear();
  entries_.clear();
  error_.clear();
  high_ = 0;
  const char* type = at;
  if (!IsLetter(*at) && static_cast<uint8_t>(*at) < 0x80) return Fail(at, "expected an event");
  for (; static_cast<uint8_t>(*at) > ' ' && *at != '{' && *at != '('; ++at) high_ |= HighBit(*at);
  std::string_view type_name(type, static_cast<size_t>(at - type));
  RowHead head{
      .table = decoding_->writer.FindTable(type_name), .time = time, .form = EventForm::Text};
  at = SkipBlanks(at);
  const char* end = *at == '{'   ? ScanFields(at)
                    : *at == '(' ? ScanPositional(at, head.table)
                                 : Fail(at, "expected { or ( behind the event type");
  if (end == nullptr) return nullptr;
  if (high_ != 0 && !simdjson::validate_utf8(line_, static_cast<size_t>(end - line_))) {
    return Fail(line_, "not UTF-8");
  }
  end = FindEntryEnd(line_, end, error_);
  if (end == nullptr) return nullptr;
  decoding_->Deliver(batch, head, fields_);
  return end;
}

const char* TextEventDecoder::ScanFields(const char* at) {
  const char* raw_begin = ++at;
  at = SkipBlanks(at);
  if (*at == '}') return at + 1;
  KeyTrie::Index node = KeyTrie::kEventRoot;
  while (true) {
    Field& field = fields_.emplace_back();
    KeyTrie::Index child = trie_.Match(node, raw_begin);
    if (child != KeyTrie::kNone) [[likely]] {
      const KeyTrie::Node& known = trie_.node(child);
      field.key = raw_begin + known.key_at;
      field.key_size = known.key_size;
      field.key_id = known.key_id;
      // What was remembered may have ended at the colon, where a blank follows now.
      at = SkipBlanks(raw_begin + known.raw_size);
      node = child;
    } else {
      if (fields_.size() > limits::kMaxEventFields) return Fail(at, "too many fields");
      at = ScanKey(SkipBlanks(raw_begin), raw_begin, node, field);
      if (at == nullptr) return nullptr;
    }
    at = ScanValue(at, '}', field, 0);
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (*at == '}') return at + 1;
    if (*at != ',') return Fail(at, "expected , or }");
    raw_begin = ++at;
  }
}

// A key and its colon: a word, or a text in quotes or backticks.
const char* TextEventDecoder::ScanKey(const char* at, const char* raw_begin, KeyTrie::Index& node,
                                      Field& field) {
  bool quoted = *at == '"' || *at == '\'' || *at == '`';
  char quote = *at;
  if (quoted) ++at;
  const char* end = at;
  uint32_t high = 0;
  for (; quoted ? *end != quote && *end != '\n' : IsKeyByte(*end); ++end) high |= HighBit(*end);
  if (quoted && *end == '\n') return Fail(at, "the field name does not end");
  if (!quoted && end == at) return Fail(at, "expected a field name");
  field.key = at;
  field.key_size = static_cast<uint32_t>(end - at);
  field.key_id = decoding_->keys.Find(field.key_view());
  high_ |= high;
  const char* colon = SkipBlanks(quoted ? end + 1 : end);
  if (*colon != ':') return Fail(colon, "expected : behind the field name");
  const char* value = SkipBlanks(colon + 1);
  // Keys beyond ASCII are not remembered, so that they are checked every time.
  node = high != 0 ? KeyTrie::kNone
                   : trie_.Learn(node, {raw_begin, static_cast<size_t>(value - raw_begin)},
                                 static_cast<size_t>(at - raw_begin), field.key_size, field.key_id);
  return value;
}

std::string_view TextEventDecoder::PositionalName(uint32_t table, size_t position) {
  if (table != row::kUnreadTable) {
    const ir::Table& schema = decoding_->writer.table(table);
    if (position < schema.fields.size()) return schema.fields[position].name;
  }
  return arena_->Copy(fmt::format("field_{}", position));
}

const char* TextEventDecoder::ScanPositional(const char* at, uint32_t table) {
  at = SkipBlanks(at + 1);
  if (*at == ')') return at + 1;
  while (true) {
    if (fields_.size() == limits::kMaxEventFields) return Fail(at, "too many fields");
    Field& field = fields_.emplace_back();
    std::string_view name = PositionalName(table, fields_.size() - 1);
    field.key = name.data();
    field.key_size = static_cast<uint32_t>(name.size());
    field.key_id = decoding_->keys.Find(name);
    at = ScanValue(at, ')', field, 0);
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (*at == ')') return at + 1;
    if (*at != ',') return Fail(at, "expected , or )");
    at = SkipBlanks(at + 1);
  }
}

const char* TextEventDecoder::ScanValue(const char* at, char close, Field& field, int depth) {
  switch (*at) {
    case '"':
    case '\'':
      return ScanString(at, field);
    case '[':
      return ScanArray(at, field, depth + 1);
    case '{':
      return ScanObject(at, field, depth + 1);
    default:
      break;
  }
  if ((*at >= '0' && *at <= '9') || *at == '-') {
    const char* end = ScanNumber(at, field);
    if (end != nullptr) {
      const char* next = SkipBlanks(end);
      if (*next == ',' || *next == close) return end;
    }
  }
  return ScanBareValue(at, close, field);
}

// Words, durations, timestamps; whatever is none of them is a text without quotes.
const char* TextEventDecoder::ScanBareValue(const char* at, char close, Field& field) {
  const char* stop = FindBareEnd(at, close, high_);
  const char* end = stop;
  while (end > at && IsBlank(end[-1])) --end;
  std::string_view text(at, static_cast<size_t>(end - at));
  if (text.empty()) return Fail(at, "expected a value");
  if (*stop == '\n') return Fail(stop, "the event does not end");
  if (text == "true" || text == "false") {
    field.kind = FieldKind::Bool;
    field.boolean = text == "true";
  } else if (text == "null" || text == "nil") {
    field.kind = FieldKind::Null;
  } else if (auto duration = base::ParseDuration(text)) {
    field.kind = FieldKind::Duration;
    field.integer = *duration;
  } else if (auto time = text[0] == '@' ? base::ParseTimestamp(text.substr(1)) : std::nullopt) {
    field.kind = FieldKind::Timestamp;
    field.integer = *time;
  } else {
    field.kind = FieldKind::Str;
    field.padded = true;
    field.text = at;
    field.text_size = static_cast<uint32_t>(text.size());
  }
  return stop;
}

const char* TextEventDecoder::ScanString(const char* at, Field& field) {
  bool escaped = false;
  const char* end = ScanEvtString(at, escaped, high_);
  if (end == nullptr)
    return Fail(at, "the text does not end, or has a bad escape or control character");
  std::string_view raw(at + 1, static_cast<size_t>(end - at - 2));
  field.kind = FieldKind::Str;
  field.text = raw.data();
  field.text_size = static_cast<uint32_t>(raw.size());
  field.padded = !escaped;
  if (escaped) {
    char* copy = arena_->Allocate(raw.size());
    field.text = copy;
    field.text_size = static_cast<uint32_t>(UnescapeEvt(raw, copy));
  }
  return end;
}

abi::Cell TextEventDecoder::ToCell(const Field& field) {
  return decoding_->writer.values().Value(*arena_, field);
}

void TextEventDecoder::SetValue(Field& field, const abi::Cell& value) {
  char* memory = arena_->Allocate(sizeof value);
  std::memcpy(memory, &value, sizeof value);
  field.kind = FieldKind::Value;
  field.cell = reinterpret_cast<const abi::Cell*>(memory);
}

const char* TextEventDecoder::ScanArray(const char* at, Field& field, int depth) {
  if (depth > limits::kMaxEventNesting) return Fail(at, "arrays and objects are nested too deeply");
  size_t first = cells_.size();
  at = SkipBlanks(at + 1);
  while (*at != ']') {
    if (cells_.size() - first == limits::kMaxArrayElements)
      return Fail(at, "too many array elements");
    Field element{};
    at = ScanValue(at, ']', element, depth);
    if (at == nullptr) return nullptr;
    cells_.push_back(ToCell(element));
    at = SkipBlanks(at);
    if (*at == ']') break;
    if (*at != ',') return Fail(at, "expected , or ]");
    at = SkipBlanks(at + 1);
  }
  SetValue(field, ValueBuilder::Array(*arena_, cells_, first));
  cells_.resize(first);
  return at + 1;
}

const char* TextEventDecoder::ScanObject(const char* at, Field& field, int depth) {
  if (depth > limits::kMaxEventNesting) return Fail(at, "arrays and objects are nested too deeply");
  size_t first = entries_.size();
  const char* raw_begin = at + 1;
  at = SkipBlanks(raw_begin);
  while (*at != '}') {
    if (entries_.size() - first == limits::kMaxEventFields) return Fail(at, "too many fields");
    Field member{};
    KeyTrie::Index none = KeyTrie::kNone;
    at = ScanKey(at, raw_begin, none, member);
    if (at != nullptr) at = ScanValue(at, '}', member, depth);
    if (at == nullptr) return nullptr;
    abi::MapEntry entry;
    entry.key = decoding_->writer.values().Text(*arena_, member.key_view());
    entry.value = ToCell(member);
    entries_.push_back(entry);
    at = SkipBlanks(at);
    if (*at == '}') break;
    if (*at != ',') return Fail(at, "expected , or }");
    raw_begin = at + 1;
    at = SkipBlanks(raw_begin);
  }
  SetValue(field, decoding_->writer.values().Map(*arena_, entries_, first));
  entries_.resize(first);
  return at + 1;
}

}  // namespace varpulis::io
