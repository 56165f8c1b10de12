#include "runtime/io/event_time.h"

#include <cmath>
#include <cstring>
#include <ctime>

#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

bool IsDigit(char c) { return static_cast<uint8_t>(c - '0') <= 9; }

// Two digits, or something of at least 100 if they are not.
uint32_t TwoDigits(const char* at) {
  auto tens = static_cast<uint8_t>(at[0] - '0');
  auto ones = static_cast<uint8_t>(at[1] - '0');
  return tens > 9 || ones > 9 ? 100 : tens * 10u + ones;
}

// `.5` up to nine digits, as nanoseconds; moves `at` behind it. -1 if it is none.
int64_t ReadFraction(const char*& at, const char* end) {
  int64_t value = 0;
  int64_t unit = kNsPerSecond;
  for (++at; at < end && IsDigit(*at); ++at) {
    if (unit == 1) return -1;
    value = value * 10 + (*at - '0');
    unit /= 10;
  }
  return unit == kNsPerSecond ? -1 : value * unit;
}

}  // namespace

std::optional<TimestampNs> TimeFromFloat(double number) {
  double magnitude = std::fabs(number);
  double unit = magnitude < 1e11 ? 1e9 : magnitude < 1e14 ? 1e6 : magnitude < 1e17 ? 1e3 : 1;
  double ns = number * unit;
  if (!(std::fabs(ns) < 9.2e18)) return std::nullopt;
  // The whole part exactly; the fraction has the digits that a double leaves, so not beyond us.
  double whole = std::trunc(number);
  double fraction = std::round((number - whole) * unit / 1e3) * 1e3;
  return static_cast<int64_t>(whole) * static_cast<int64_t>(unit) + static_cast<int64_t>(fraction);
}

// `YYYY-MM-DD?HH:MM:SS[.fraction][Z]`; anything else is left to base::ParseTimestamp.
std::optional<TimestampNs> TimeParser::ParseUtc(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  if (text.size() < 19 || std::memcmp(at, day_text_, sizeof day_text_) != 0) return std::nullopt;
  if ((at[10] != 'T' && at[10] != ' ') || at[13] != ':' || at[16] != ':') return std::nullopt;
  uint32_t hour = TwoDigits(at + 11);
  uint32_t minute = TwoDigits(at + 14);
  uint32_t second = TwoDigits(at + 17);
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  int64_t ns = (hour * 3600 + minute * 60 + second) * kNsPerSecond;
  at += 19;
  if (at < end && *at == '.') {
    int64_t fraction = ReadFraction(at, end);
    if (fraction < 0) return std::nullopt;
    ns += fraction;
  }
  if (at < end && *at == 'Z') ++at;
  if (at != end) return std::nullopt;
  return day_ns_ + ns;
}

std::optional<TimestampNs> TimeParser::Parse(std::string_view text) {
  if (auto time = ParseUtc(text)) return time;
  auto time = base::ParseTimestamp(text);
  if (time && text.size() >= 19) {
    // Days at the ends of the int64 range are left out: adding a time of day could overflow.
    auto day = base::ParseTimestamp(text.substr(0, 10));
    if (day && *day > kTimeMin + kNsPerDay && *day < kTimeMax - 2 * kNsPerDay) {
      std::memcpy(day_text_, text.data(), sizeof day_text_);
      day_ns_ = *day;
    }
  }
  return time;
}

std::optional<TimestampNs> TimeParser::Parse(const Field& field, bool number_text) {
  switch (field.kind) {
    case FieldKind::Int:
      return base::TimestampFromNumber(field.integer);
    case FieldKind::Float:
      return TimeFromFloat(field.number);
    case FieldKind::Timestamp:
      return field.integer;
    case FieldKind::Str:
      break;
    case FieldKind::Null:
    case FieldKind::Bool:
    case FieldKind::Array:
    case FieldKind::Object:
    case FieldKind::Duration:
    case FieldKind::Value:
      return std::nullopt;
  }
  std::string_view text = field.text_view();
  if (auto time = Parse(text)) return time;
  int64_t integer = 0;
  double number = 0;
  if (!number_text) return std::nullopt;
  if (ParseIntText(text, integer)) return base::TimestampFromNumber(integer);
  if (ParseFloatText(text, number)) return TimeFromFloat(number);
  return std::nullopt;
}

std::optional<TimestampNs> ParseTimeByFormat(std::string_view text, const std::string& format) {
  std::string copy(text);
  std::tm fields{};
  fields.tm_mday = 1;
  fields.tm_year = 70;
  const char* at = strptime(copy.c_str(), format.c_str(), &fields);
  if (at == nullptr) return std::nullopt;
  const char* end = copy.c_str() + copy.size();
  int64_t fraction = 0;
  if (*at == '.' || *at == ',') fraction = ReadFraction(at, end);
  if (at < end && *at == 'Z') ++at;
  if (at != end || fraction < 0) return std::nullopt;
  // strptime takes the 31st of every month; no date is better than the wrong one.
  auto month = static_cast<unsigned>(fields.tm_mon + 1);
  auto day = static_cast<unsigned>(fields.tm_mday);
  int64_t days = base::DaysFromCivil(int64_t{fields.tm_year} + 1900, month, day);
  if (base::CivilFromDays(days).day != day) return std::nullopt;
  int64_t seconds =
      days * 86400 + int64_t{fields.tm_hour} * 3600 + int64_t{fields.tm_min} * 60 + fields.tm_sec;
  seconds -= fields.tm_gmtoff;
  int64_t ns = 0;
  if (__builtin_mul_overflow(seconds, kNsPerSecond, &ns)) return std::nullopt;
  if (__builtin_add_overflow(ns, fraction, &ns)) return std::nullopt;
  return ns;
}

}  // namespace varpulis::io
