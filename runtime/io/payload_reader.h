#pragma once

// Payloads of connectors as events of an injection (operations.md 8.1, language-later.md 12.3): what came through
// a broker takes the road of what came in a request.
//
//   {"event_type":T,"ts":...,"a":1}            flat: everything but the type is a field
//   {"event_type":T,"data":{...}}              the fields are those of `data`, or `fields`

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "runtime/io/event_time.h"
#include "runtime/io/injection.h"

namespace varpulis::io {

struct PayloadRules {
  std::string bound_type;        // of a payload that names none
  int64_t time_unit = kNsPerMs;  // of times that are numbers (decision E11)
};

// Not thread-safe.
class PayloadReader {
 public:
  // A text in `type` is the type of an event only if it is one of these.
  explicit PayloadReader(std::vector<std::string> known_types);

  // Appends the event; false: it is none, or breaks a limit: see reason() and refusal(). Fields beyond the
  // most that an event may have are left out, and counted.
  bool Add(std::string_view payload, const PayloadRules& rules, Injection& injection);
  // Behind the last Add, before anybody else reads it.
  static void Finish(Injection& injection);

  const std::string& reason() const { return reason_; }
  Refusal refusal() const { return refusal_; }
  uint64_t dropped_fields() const { return dropped_fields_; }

 private:
  struct Member {
    std::string_view key;    // raw
    std::string_view value;  // raw
  };
  bool Split(std::string_view payload);
  const Member* Find(std::string_view key) const;
  // The raw text of a member that is a text and not empty.
  std::string_view RawText(std::string_view key) const;
  std::string_view TypeOf(const PayloadRules& rules, std::string_view& consumed) const;
  bool ReadTime(std::string_view value, int64_t unit, TimestampNs& time);
  bool Fail(Refusal refusal, std::string reason);

  const std::unordered_set<std::string> known_types_;
  KeyTable keys_;
  JsonScanner scanner_;
  TimeParser times_;
  base::Arena arena_;
  std::string line_;  // the payload with what a scanner needs behind it
  std::vector<Member> members_;
  std::string reason_;
  Refusal refusal_ = Refusal::Malformed;
  uint64_t dropped_fields_ = 0;
};

}  // namespace varpulis::io
