#pragma once

// Event time. A Timestamp is nanoseconds since 1970-01-01T00:00:00Z, a Duration nanoseconds.
// Both are plain signed 64-bit numbers inside columns; the types keep them apart in signatures.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace varpulis {

using TimestampNs = int64_t;
using DurationNs = int64_t;

inline constexpr int64_t kNsPerUs = 1'000;
inline constexpr int64_t kNsPerMs = 1'000'000;
inline constexpr int64_t kNsPerSecond = 1'000'000'000;
inline constexpr int64_t kNsPerMinute = 60 * kNsPerSecond;
inline constexpr int64_t kNsPerHour = 60 * kNsPerMinute;
inline constexpr int64_t kNsPerDay = 24 * kNsPerHour;

// The clock before anything was seen, and after the end of input.
inline constexpr TimestampNs kTimeMin = INT64_MIN;
inline constexpr TimestampNs kTimeMax = INT64_MAX;

namespace base {

// later - earlier, at the ends of the range the nearest duration.
constexpr DurationNs TimeBetween(TimestampNs earlier, TimestampNs later) {
  DurationNs between = 0;
  if (!__builtin_sub_overflow(later, earlier, &between)) return between;
  return later > earlier ? INT64_MAX : INT64_MIN;
}

// time + duration and time - duration, at the ends of the range the last or first time.
constexpr TimestampNs Later(TimestampNs time, DurationNs duration) {
  TimestampNs later = 0;
  if (!__builtin_add_overflow(time, duration, &later)) return later;
  return duration > 0 ? kTimeMax : kTimeMin;
}
constexpr TimestampNs Earlier(TimestampNs time, DurationNs duration) {
  TimestampNs earlier = 0;
  if (!__builtin_sub_overflow(time, duration, &earlier)) return earlier;
  return duration > 0 ? kTimeMin : kTimeMax;
}

// RFC 3339 in UTC with `Z` and 0, 3, 6 or 9 fraction digits (decision D24).
void AppendTimestamp(std::string& out, TimestampNs time);
std::string FormatTimestamp(TimestampNs time);

// Reads RFC 3339 (`T` or a space, any offset, 0 to 9 fraction digits; no offset means UTC) or a
// bare date. Impossible calendar days and anything outside the int64 range give nothing.
std::optional<TimestampNs> ParseTimestamp(std::string_view text);

// An integer time of unknown unit: below 1e11 seconds, 1e14 ms, 1e17 us, else ns (by magnitude).
// Nothing if it lies beyond the range of nanoseconds.
std::optional<TimestampNs> TimestampFromNumber(int64_t number);

// The largest unit that divides the duration exactly: `90s`, `5m`, `1500ms`.
std::string FormatDuration(DurationNs duration);
// Digits followed directly by ns us ms s m h d. Anything else, and overflow, gives nothing.
std::optional<DurationNs> ParseDuration(std::string_view text);

// Civil calendar (proleptic Gregorian): days since 1970-01-01 and back.
int64_t DaysFromCivil(int64_t year, unsigned month, unsigned day);
struct CivilDate {
  int64_t year;
  unsigned month;
  unsigned day;
};
CivilDate CivilFromDays(int64_t days);

}  // namespace base
}  // namespace varpulis
