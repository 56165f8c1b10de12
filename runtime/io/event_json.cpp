#include "runtime/io/event_json.h"

#include <charconv>
#include <cmath>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace varpulis::io {
namespace {

bool NeedsEscape(char c) { return static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\'; }

// Length of the beginning of the text that is written as it is.
size_t PlainPrefix(std::string_view text) {
  size_t at = 0;
#if defined(__SSE2__)
  for (; at + 16 <= text.size(); at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                 _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    stops = _mm_or_si128(stops, _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes));
    auto bits = static_cast<uint32_t>(_mm_movemask_epi8(stops));
    if (bits != 0) return at + static_cast<size_t>(__builtin_ctz(bits));
  }
#endif
  while (at < text.size() && !NeedsEscape(text[at])) ++at;
  return at;
}

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u00";
  out += kHex[c >> 4 & 0xF];
  out += kHex[c & 0xF];
}

void AppendInt(std::string& out, int64_t value) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void AppendArray(std::string& out, const abi::ArrayValue& array) {
  out += '[';
  for (uint64_t i = 0; i < array.size; ++i) {
    if (i > 0) out += ',';
    AppendJsonValue(out, array.elements()[i]);
  }
  out += ']';
}

void AppendMap(std::string& out, const abi::MapValue& map) {
  out += '{';
  for (uint64_t i = 0; i < map.size; ++i) {
    if (i > 0) out += ',';
    AppendJsonString(out, map.entries()[i].key.view());
    out += ':';
    AppendJsonValue(out, map.entries()[i].value);
  }
  out += '}';
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    size_t plain = PlainPrefix(text);
    out.append(text.substr(0, plain));
    if (plain == text.size()) break;
    AppendEscaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void AppendJsonFloat(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  double magnitude = std::fabs(value);
  bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  char digits[40];
  auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  char* end = std::to_chars(digits, digits + sizeof digits, value, format).ptr;
  out.append(digits, end);
  // Scientific notation says by its exponent that this is no integer.
  if (plain && std::memchr(digits, '.', static_cast<size_t>(end - digits)) == nullptr) out += ".0";
}

void AppendJsonValue(std::string& out, const abi::Cell& value) {
  switch (value.tag) {
    case abi::Tag::Missing:
    case abi::Tag::Null:
      out += "null";
      return;
    case abi::Tag::Bool:
      out += value.boolean != 0 ? "true" : "false";
      return;
    case abi::Tag::Int:
    case abi::Tag::IntText:
    case abi::Tag::Duration:
      AppendInt(out, value.integer);
      return;
    case abi::Tag::Float:
      AppendJsonFloat(out, value.number);
      return;
    case abi::Tag::Str:
      AppendJsonString(out, value.string.view());
      return;
    case abi::Tag::Timestamp:
      out += '"';
      base::AppendTimestamp(out, value.integer);
      out += '"';
      return;
    case abi::Tag::Array:
      AppendArray(out, *value.array);
      return;
    case abi::Tag::Map:
      AppendMap(out, *value.map);
      return;
  }
}

void FlatEventWriter::Begin(std::string_view event_type, TimestampNs time) {
  out_ += "{\"event_type\":";
  AppendJsonString(out_, event_type);
  out_ += ",\"timestamp\":\"";
  base::AppendTimestamp(out_, time);
  out_ += '"';
}

void FlatEventWriter::Field(std::string_view key, const abi::Cell& value) {
  if (value.tag == abi::Tag::Missing) return;
  out_ += ',';
  if (key == "timestamp") {
    out_ += "\"data_timestamp\"";
  } else if (key == "event_type") {
    out_ += "\"data_event_type\"";
  } else {
    AppendJsonString(out_, key);
  }
  out_ += ':';
  AppendJsonValue(out_, value);
}

void FlatEventWriter::End() { out_ += "}\n"; }

}  // namespace varpulis::io
