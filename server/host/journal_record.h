#pragma once

// One record of a pipeline's journal: all that can change the pipeline's state (decision E2). What it does to the
// state follows from the state and the record alone.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"
#include "runtime/io/injection.h"

namespace varpulis::host {

enum class RecordKind : uint8_t {
  Events = 1,  // a request to inject
  Clock = 2,   // the pipeline's time moves to `stamp`, because the wall clock has and no event came
};

struct JournalRecord {
  RecordKind kind = RecordKind::Events;
  TimestampNs stamp = 0;  // wall clock of the arrival, never less than that of the record before
  // Of Events.
  io::Injection injection = {};  // the events that were admitted
  uint64_t refusals = 0;         // told with the answer
  std::string idempotency_key = {};
};

// What stands in front of the events, once it is known how many are admitted.
struct EventsHead {
  TimestampNs stamp = 0;
  uint64_t admitted = 0;  // the first of those that are encoded
  uint64_t refusals = 0;
  std::string_view idempotency_key;
};
// `events` is io::EncodeInjection's.
std::string EncodeEvents(const EventsHead& head, std::string_view events);
std::string EncodeClock(TimestampNs stamp);
// Malformed.
Result<JournalRecord> DecodeRecord(std::string_view bytes);

}  // namespace varpulis::host
