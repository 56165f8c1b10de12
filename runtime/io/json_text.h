#pragma once

// JSON's tokens: numbers, and the inside of strings. Texts end with '\n' and kPadding readable
// bytes, so no function needs to know where the line ends.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/io/field.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace varpulis::io {

// Past what may stand between two tokens; a text that is read by lines has no line break in it.
inline const char* SkipBlanks(const char* at) {
  while (*at == ' ' || *at == '\t' || *at == '\r') ++at;
  return at;
}

// The first byte at or behind `at` that a string cannot simply contain: `quote`, a backslash or a
// control character. Bytes above 127 set bits of `high`.
inline const char* FindStringStop(const char* at, char quote, uint32_t& high) {
#if defined(__SSE2__)
  const __m128i quotes = _mm_set1_epi8(quote);
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  while (true) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    auto stop_bits = static_cast<uint32_t>(_mm_movemask_epi8(stops));
    high |= static_cast<uint32_t>(_mm_movemask_epi8(bytes));
    if (stop_bits != 0) return at + __builtin_ctz(stop_bits);
    at += 16;
  }
#else
  while (*at != quote && *at != '\\' && static_cast<uint8_t>(*at) >= 0x20) {
    high |= static_cast<uint8_t>(*at++) & 0x80;
  }
  return at;
#endif
}

// The rest of a string from a stop that is not the closing quote; as ScanJsonString.
const char* ScanEscapedString(const char* at, uint32_t& high);

// Goes behind the closing quote of a string whose first byte is at `at`; null if it is not valid
// JSON. `escaped` is set when there are backslashes.
inline const char* ScanJsonString(const char* at, bool& escaped, uint32_t& high) {
  at = FindStringStop(at, '"', high);
  if (*at == '"') [[likely]]
    return at + 1;
  escaped = true;
  return ScanEscapedString(at, high);
}

struct Digits {
  uint64_t value = 0;  // wraps beyond 19 digits
  const char* end;
};

// Appends the digits at `at` to `value`, eight at a time: the bytes are turned into digits, those
// that are none are shifted out, and three multiplications add them up. How many digits there are
// is not predictable, so there is no branch on it.
inline Digits ReadDigits(const char* at, uint64_t value) {
  static constexpr uint64_t kPowers[] = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000};
  while (true) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, at, 8);
    bytes ^= 0x3030303030303030u;
    uint64_t others =
        (((bytes & 0x7F7F7F7F7F7F7F7Fu) + 0x7676767676767676u) | bytes) & 0x8080808080808080u;
    auto sum_digits = [](uint64_t digits) {
      digits = digits * 10 + (digits >> 8);
      return ((digits & 0x000000FF000000FFu) * 0x000F424000000064u +
              (digits >> 16 & 0x000000FF000000FFu) * 0x0000271000000001u) >>
             32;
    };
    if (others != 0) {
      auto count = static_cast<unsigned>(__builtin_ctzll(others)) / 8;
      // Two shifts, because none may be by 64.
      return {value * kPowers[count] + sum_digits(bytes << 8 << (56 - 8 * count)), at + count};
    }
    value = value * 100'000'000 + sum_digits(bytes);
    at += 8;
  }
}

// What follows the integer part of a number that began at `begin`: `.5`, `e10`, `.5e-3`.
const char* ScanFraction(const char* begin, const char* first_digit, Digits integer, Field& field);
// An integer of more than 18 digits.
const char* ScanBigInt(const char* begin, const char* end, Digits integer, Field& field);

// Reads a JSON number into kind and payload of the field and returns its end; null if there is
// none. Integers beyond int64 and everything with a dot or exponent are floats (decision D24).
inline const char* ScanNumber(const char* at, Field& field) {
  const char* begin = at;
  if (*at == '-') ++at;
  Digits integer = ReadDigits(at, 0);
  auto digits = integer.end - at;
  if (digits == 0 || (*at == '0' && digits > 1)) return nullptr;
  char next = *integer.end;
  if (next == '.' || (next | 0x20) == 'e') return ScanFraction(begin, at, integer, field);
  if (digits > 18) return ScanBigInt(begin, integer.end, integer, field);
  auto value = static_cast<int64_t>(integer.value);
  field.kind = FieldKind::Int;
  field.integer = at != begin ? -value : value;
  return integer.end;
}

// Decodes the escapes of a checked string into `out`, which has room for text.size() bytes, and
// returns the number of bytes. A lone surrogate becomes U+FFFD.
size_t UnescapeJson(std::string_view text, char* out);

// The UTF-8 bytes of a code point; returns how many.
size_t PutUtf8(uint32_t code_point, char* out);

// The longest beginning of at most `limit` bytes that does not cut a character.
std::string_view CutAtCharacter(std::string_view text, size_t limit);

// Canonical integer text of decision D23: `0` or -?[1-9][0-9]*, within int64.
bool ParseCanonicalInt(std::string_view text, int64_t& value);
// Any decimal integer with an optional sign, within int64.
bool ParseIntText(std::string_view text, int64_t& value);
// A JSON number and nothing else, as a float.
bool ParseFloatText(std::string_view text, double& value);

}  // namespace varpulis::io
