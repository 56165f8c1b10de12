#include "base/time.h"

#include <charconv>

#include <fmt/format.h>

namespace varpulis::base {
namespace {

// Floor division: times before the epoch belong to the second below.
int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Reads exactly `digits` decimal digits at `position` and moves past them.
std::optional<int64_t> ReadDigits(std::string_view text, size_t& position, size_t digits) {
  if (position + digits > text.size()) return std::nullopt;
  int64_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    char c = text[position + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  position += digits;
  return value;
}

bool ReadChar(std::string_view text, size_t& position, char wanted) {
  if (position >= text.size() || text[position] != wanted) return false;
  ++position;
  return true;
}

unsigned DaysInMonth(int64_t year, unsigned month) {
  static constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Fraction digits after the dot, as nanoseconds.
std::optional<int64_t> ReadFraction(std::string_view text, size_t& position) {
  int64_t value = 0;
  int digits = 0;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    if (++digits > 9) return std::nullopt;
    value = value * 10 + (text[position++] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) value *= 10;
  return value;
}

// `Z`, `+HH:MM` or `-HH:MM` as seconds east of UTC; nothing written means UTC.
std::optional<int64_t> ReadOffset(std::string_view text, size_t& position) {
  if (position == text.size()) return 0;
  if (text[position] == 'Z' || text[position] == 'z') {
    ++position;
    return 0;
  }
  int64_t sign = text[position] == '-' ? -1 : 1;
  if (text[position] != '+' && text[position] != '-') return std::nullopt;
  ++position;
  auto hours = ReadDigits(text, position, 2);
  if (!hours || *hours > 23) return std::nullopt;
  ReadChar(text, position, ':');
  auto minutes = ReadDigits(text, position, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

struct TimeOfDay {
  int64_t seconds = 0;
  int64_t fraction_ns = 0;
};

std::optional<TimeOfDay> ReadTimeOfDay(std::string_view text, size_t& position) {
  auto hour = ReadDigits(text, position, 2);
  if (!hour || *hour > 23 || !ReadChar(text, position, ':')) return std::nullopt;
  auto minute = ReadDigits(text, position, 2);
  if (!minute || *minute > 59) return std::nullopt;
  TimeOfDay time{*hour * 3600 + *minute * 60, 0};
  if (!ReadChar(text, position, ':')) return time;
  auto second = ReadDigits(text, position, 2);
  if (!second || *second > 59) return std::nullopt;
  time.seconds += *second;
  if (!ReadChar(text, position, '.')) return time;
  auto fraction = ReadFraction(text, position);
  if (!fraction) return std::nullopt;
  time.fraction_ns = *fraction;
  return time;
}

}  // namespace

int64_t DaysFromCivil(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  int64_t era = FloorDivide(year, 400);
  auto year_of_era = static_cast<int64_t>(year - era * 400);
  int64_t day_of_year =
      (153 * (static_cast<int64_t>(month) + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate CivilFromDays(int64_t days) {
  days += 719468;
  int64_t era = FloorDivide(days, 146097);
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted_month = (5 * day_of_year + 2) / 153;
  auto day = static_cast<unsigned>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  auto month = static_cast<unsigned>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

void AppendTimestamp(std::string& out, TimestampNs time) {
  int64_t seconds = FloorDivide(time, kNsPerSecond);
  int64_t fraction = time - seconds * kNsPerSecond;
  int64_t days = FloorDivide(seconds, 86400);
  int64_t second_of_day = seconds - days * 86400;
  CivilDate date = CivilFromDays(days);
  char buffer[32];
  auto put = [](char* at, int64_t value, int digits) {
    for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  };
  put(buffer, date.year, 4);
  buffer[4] = '-';
  put(buffer + 5, date.month, 2);
  buffer[7] = '-';
  put(buffer + 8, date.day, 2);
  buffer[10] = 'T';
  put(buffer + 11, second_of_day / 3600, 2);
  buffer[13] = ':';
  put(buffer + 14, second_of_day / 60 % 60, 2);
  buffer[16] = ':';
  put(buffer + 17, second_of_day % 60, 2);
  size_t size = 19;
  if (fraction != 0) {
    buffer[size++] = '.';
    int digits = fraction % kNsPerMs == 0 ? 3 : fraction % kNsPerUs == 0 ? 6 : 9;
    put(buffer + size,
        digits == 3   ? fraction / kNsPerMs
        : digits == 6 ? fraction / kNsPerUs
                      : fraction,
        digits);
    size += static_cast<size_t>(digits);
  }
  buffer[size++] = 'Z';
  out.append(buffer, size);
}

std::string FormatTimestamp(TimestampNs time) {
  std::string out;
  AppendTimestamp(out, time);
  return out;
}

std::optional<TimestampNs> ParseTimestamp(std::string_view text) {
  size_t position = 0;
  auto year = ReadDigits(text, position, 4);
  if (!year || !ReadChar(text, position, '-')) return std::nullopt;
  auto month = ReadDigits(text, position, 2);
  if (!month || *month < 1 || *month > 12 || !ReadChar(text, position, '-')) return std::nullopt;
  auto day = ReadDigits(text, position, 2);
  if (!day || *day < 1 || *day > DaysInMonth(*year, static_cast<unsigned>(*month))) {
    return std::nullopt;
  }
  TimeOfDay time;
  int64_t offset = 0;
  if (position < text.size()) {
    char separator = text[position];
    if (separator == 'T' || separator == 't' || separator == ' ') {
      auto read = ReadTimeOfDay(text, ++position);
      if (!read) return std::nullopt;
      time = *read;
    }
    auto zone = ReadOffset(text, position);
    if (!zone || position != text.size()) return std::nullopt;
    offset = *zone;
  }
  int64_t seconds =
      DaysFromCivil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)) * 86400 +
      time.seconds - offset;
  int64_t ns = 0;
  if (__builtin_mul_overflow(seconds, kNsPerSecond, &ns) ||
      __builtin_add_overflow(ns, time.fraction_ns, &ns)) {
    return std::nullopt;
  }
  return ns;
}

std::optional<TimestampNs> TimestampFromNumber(int64_t number) {
  int64_t magnitude = number < 0 ? -(number + 1) : number;
  int64_t unit = magnitude < 100'000'000'000           ? kNsPerSecond
                 : magnitude < 100'000'000'000'000     ? kNsPerMs
                 : magnitude < 100'000'000'000'000'000 ? kNsPerUs
                                                       : 1;
  int64_t ns = 0;
  if (__builtin_mul_overflow(number, unit, &ns)) return std::nullopt;
  return ns;
}

std::string FormatDuration(DurationNs duration) {
  struct Unit {
    const char* name;
    int64_t size;
  };
  static constexpr Unit kUnits[] = {{"d", kNsPerDay},    {"h", kNsPerHour}, {"m", kNsPerMinute},
                                    {"s", kNsPerSecond}, {"ms", kNsPerMs},  {"us", kNsPerUs}};
  if (duration == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (duration % unit.size == 0) return fmt::format("{}{}", duration / unit.size, unit.name);
  }
  return fmt::format("{}ns", duration);
}

std::optional<DurationNs> ParseDuration(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() || text[0] == '-') return std::nullopt;
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  int64_t size = unit == "ns"   ? 1
                 : unit == "us" ? kNsPerUs
                 : unit == "ms" ? kNsPerMs
                 : unit == "s"  ? kNsPerSecond
                 : unit == "m"  ? kNsPerMinute
                 : unit == "h"  ? kNsPerHour
                 : unit == "d"  ? kNsPerDay
                                : 0;
  int64_t ns = 0;
  if (size == 0 || __builtin_mul_overflow(number, size, &ns)) return std::nullopt;
  return ns;
}

}  // namespace varpulis::base
