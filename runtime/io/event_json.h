#pragma once

// Values and events as JSON text (language.md 10.3, decision D24).

#include <string>
#include <string_view>

#include "base/time.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::io {

// Text with JSON escapes, quotes included; UTF-8 stays as it is.
void AppendJsonString(std::string& out, std::string_view text);
// Shortest digits that read back to the same double: plain for 1e-4 <= abs < 1e16 and always with a
// dot, else `1e+16`, `1e-05`; NaN and infinities are null.
void AppendJsonFloat(std::string& out, double value);
// Any value; missing is written as null. Durations are integer ns, timestamps RFC 3339 strings.
void AppendJsonValue(std::string& out, const abi::Cell& value);

// Writes one flat output line: `{"event_type":T,"timestamp":"...",fields}`. Fields called timestamp
// or event_type become data_timestamp and data_event_type; missing values are left out. No spaces.
class FlatEventWriter {
 public:
  explicit FlatEventWriter(std::string& out) : out_(out) {}
  void Begin(std::string_view event_type, TimestampNs time);
  void Field(std::string_view key, const abi::Cell& value);
  void End();

 private:
  std::string& out_;
};

}  // namespace varpulis::io
