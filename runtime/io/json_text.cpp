#include "runtime/io/json_text.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace varpulis::io {
namespace {

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool IsDigit(char c) { return static_cast<uint8_t>(c - '0') <= 9; }

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Four hexadecimal digits, or -1.
int32_t ReadHex4(const char* at) {
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = HexDigit(at[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

// The slow, always right way.
double ReadFloat(const char* begin, const char* end) {
  double value = 0;
  auto [stop, error] = std::from_chars(begin, end, value);
  // Beyond the range of doubles: strtod knows on which side and gives infinity or zero.
  if (error == std::errc::result_out_of_range) value = std::strtod(begin, nullptr);
  return value;
}

}  // namespace

const char* ScanBigInt(const char* begin, const char* end, Digits integer, Field& field) {
  // 19 digits fit uint64 but perhaps not int64.
  bool negative = *begin == '-';
  uint64_t limit = negative ? uint64_t{1} << 63 : static_cast<uint64_t>(INT64_MAX);
  if (end - begin - (negative ? 1 : 0) > 19 || integer.value > limit) {
    field.kind = FieldKind::Float;
    field.number = ReadFloat(begin, end);
  } else {
    field.kind = FieldKind::Int;
    field.integer = static_cast<int64_t>(negative ? ~integer.value + 1 : integer.value);
  }
  return end;
}

const char* ScanFraction(const char* begin, const char* first_digit, Digits integer, Field& field) {
  uint64_t mantissa = integer.value;
  const char* at = integer.end;
  int64_t digits = at - first_digit;
  int64_t exponent = 0;
  if (*at == '.') {
    Digits fraction = ReadDigits(at + 1, mantissa);
    if (fraction.end == at + 1) return nullptr;
    exponent = at + 1 - fraction.end;
    digits -= exponent;
    mantissa = fraction.value;
    at = fraction.end;
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+') ++at;
    const char* first = at;
    int64_t written = 0;
    for (; IsDigit(*at); ++at) written = written < 100'000 ? written * 10 + (*at - '0') : written;
    if (at == first) return nullptr;
    exponent += negative ? -written : written;
  }
  field.kind = FieldKind::Float;
  if (digits <= 19 && mantissa <= (uint64_t{1} << 53) && exponent >= -22 && exponent <= 22) {
    // Both factors are exact, so the result is rounded once (Clinger's fast path).
    auto value = static_cast<double>(mantissa);
    value = exponent < 0 ? value / kPowersOfTen[-exponent] : value * kPowersOfTen[exponent];
    field.number = *begin == '-' ? -value : value;
  } else {
    field.number = ReadFloat(begin, at);
  }
  return at;
}

const char* ScanEscapedString(const char* at, uint32_t& high) {
  while (true) {
    if (*at == '"') return at + 1;
    if (*at != '\\') return nullptr;
    char kind = at[1];
    if (kind == 'u') {
      if (ReadHex4(at + 2) < 0) return nullptr;
      at += 6;
    } else {
      if (kind == 0 || std::strchr("\"\\/bfnrt", kind) == nullptr) return nullptr;
      at += 2;
    }
    at = FindStringStop(at, '"', high);
  }
}

size_t PutUtf8(uint32_t c, char* out) {
  if (c < 0x80) {
    out[0] = static_cast<char>(c);
    return 1;
  }
  size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = size - 1; i > 0; --i, c >>= 6) out[i] = static_cast<char>(0x80 | (c & 0x3F));
  out[0] = static_cast<char>((0xF00u >> size & 0xFF) | c);
  return size;
}

size_t UnescapeJson(std::string_view text, char* out) {
  char* start = out;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    const void* found = std::memchr(at, '\\', static_cast<size_t>(end - at));
    const char* backslash = found != nullptr ? static_cast<const char*>(found) : end;
    std::memmove(out, at, static_cast<size_t>(backslash - at));
    out += backslash - at;
    if (backslash == end) break;
    char kind = backslash[1];
    at = backslash + 2;
    switch (kind) {
      case 'b':
        *out++ = '\b';
        break;
      case 'f':
        *out++ = '\f';
        break;
      case 'n':
        *out++ = '\n';
        break;
      case 'r':
        *out++ = '\r';
        break;
      case 't':
        *out++ = '\t';
        break;
      case 'u': {
        auto unit = static_cast<uint32_t>(ReadHex4(at));
        at += 4;
        if (unit >= 0xD800 && unit < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
          int32_t low = ReadHex4(at + 2);
          if (low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (static_cast<uint32_t>(low) - 0xDC00);
            at += 6;
          }
        }
        if (unit >= 0xD800 && unit < 0xE000) unit = 0xFFFD;
        out += PutUtf8(unit, out);
        break;
      }
      default:
        *out++ = kind;
        break;
    }
  }
  return static_cast<size_t>(out - start);
}

std::string_view CutAtCharacter(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<uint8_t>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

bool ParseIntText(std::string_view text, int64_t& value) {
  if (text.starts_with('+') && text.size() > 1 && IsDigit(text[1])) text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool ParseCanonicalInt(std::string_view text, int64_t& value) {
  if (text.empty() || text.size() > 20) return false;
  size_t first = text[0] == '-' ? 1 : 0;
  if (first == text.size() || !IsDigit(text[first])) return false;
  if (text[first] == '0' && text.size() > 1) return false;
  return ParseIntText(text, value);
}

bool ParseFloatText(std::string_view text, double& value) {
  // ScanNumber wants a sentinel; numbers longer than this are not worth reading.
  char copy[64];
  if (text.empty() || text.size() >= sizeof copy) return false;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\n';
  Field field{};
  if (ScanNumber(copy, field) != copy + text.size()) return false;
  value = field.kind == FieldKind::Int ? static_cast<double>(field.integer) : field.number;
  if (value == 0 && text[0] == '-') value = -0.0;
  return true;
}

}  // namespace varpulis::io
