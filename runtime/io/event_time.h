#pragma once

// Event times as they are written in events (language-later.md 12.1, decision D26).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "runtime/io/field.h"

namespace varpulis::io {

// A number of unknown unit, as base::TimestampFromNumber; nothing if it is beyond int64 ns.
std::optional<TimestampNs> TimeFromFloat(double number);

// Reads times, remembering the last calendar day. Not thread-safe.
class TimeParser {
 public:
  // RFC 3339 or `YYYY-MM-DD HH:MM:SS[.fraction]`, read as UTC without an offset.
  std::optional<TimestampNs> Parse(std::string_view text);
  // Text as above or a number. Numbers in text count when `number_text` is set.
  std::optional<TimestampNs> Parse(const Field& field, bool number_text);

 private:
  std::optional<TimestampNs> ParseUtc(std::string_view text);

  char day_text_[10] = {};
  int64_t day_ns_ = 0;
};

// Reads a text by a strptime format; a fraction of a second and `Z` may follow what the format
// covers. Without %z the time is UTC.
std::optional<TimestampNs> ParseTimeByFormat(std::string_view text, const std::string& format);

}  // namespace varpulis::io
