#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Times() {
  return {
      Family::Function,
      "Time",
      {
          {"timestamp", "timestamp(x) -> timestamp",
           "A point in time of an RFC 3339 text, or of an integer: seconds, milliseconds, "
           "microseconds or "
           "nanoseconds since 1970 by its magnitude.",
           "timestamp(\"2026-01-31T00:00:00Z\") == @2026-01-31"},
          {"parse", "parse(text, format) -> timestamp",
           "A point in time of a text in a format of `strptime`; no value if it does not match.",
           "parse(\"31.01.2026\", \"%d.%m.%Y\") == @2026-01-31"},
          {"year", "year(time) -> int", "The year in UTC.", "year(@2026-01-31) == 2026"},
          {"month", "month(time) -> int", "The month in UTC, from 1.", "month(@2026-01-31) == 1"},
          {"day", "day(time) -> int", "The day of the month in UTC, from 1.",
           "day(@2026-01-31) == 31"},
          {"hour", "hour(time) -> int", "The hour in UTC, 0 to 23.",
           "hour(@2026-01-31T12:30:15Z) == 12"},
          {"minute", "minute(time) -> int", "The minute, 0 to 59.",
           "minute(@2026-01-31T12:30:15Z) == 30"},
          {"second", "second(time) -> int", "The second, 0 to 59.",
           "second(@2026-01-31T12:30:15Z) == 15"},
          {"duration_between", "duration_between(a, b) -> duration",
           "The time between two points in time, whichever comes first.",
           "duration_between(@2026-01-02, @2026-01-01) == 1d"},
          {"now", "now() -> timestamp",
           "The time of the wall clock; in a replay, that of the event at hand.",
           "is_timestamp(now())"},
          {"event_time", "event_time() -> timestamp", "The time of the event at hand.",
           "event_time() == timestamp"},
      }};
}

}  // namespace varpulis::reference
