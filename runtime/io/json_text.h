#pragma once

// JSON's tokens: numbers, and the inside of strings. Texts end with '\n' and kPadding readable bytes,
// so no function needs to know where the line ends.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/io/field.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace varpulis::io {

// The first byte at or behind `at` that a string cannot simply contain: `quote`, a backslash or a
// control character. Bytes above 127 set bits of `high`.
inline const char* FindStringStop(const char* at, char quote, uint32_t& high) {
#if defined(__SSE2__)
  const __m128i quotes = _mm_set1_epi8(quote);
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  while (true) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i stops = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, backslash)),
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

// Goes behind the closing quote of a string whose first byte is at `at`; null if it is not valid
// JSON. `escaped` is set when there are backslashes.
const char* ScanJsonString(const char* at, bool& escaped, uint32_t& high);

// Reads a JSON number into kind and payload of the field and returns its end; null if there is none.
// Integers beyond int64 and everything with a dot or exponent are floats (decision D24).
const char* ScanNumber(const char* at, Field& field);

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
