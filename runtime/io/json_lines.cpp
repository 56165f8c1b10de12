#include "runtime/io/json_lines.h"

#include "runtime/io/entry_end.h"

namespace varpulis::io {

const char* JsonLineDecoder::Decode(const char* at, std::optional<TimestampNs> arrival, row::Batch& batch) {
  const char* end = scanner_.Scan(at, batch.arena);
  if (end == nullptr) {
    error_ = scanner_.error(at);
    return nullptr;
  }
  end = FindEntryEnd(at, end, error_);
  if (end == nullptr) return nullptr;
  EventFields event = scanner_.event();
  if (typer_.DeliverNative(event, scanner_.members(kKeyData), scanner_.members(kKeyFields), arrival, batch) ||
      typer_.DeliverFlat(event, EventForm::Flat, arrival, batch)) {
    return end;
  }
  error_ = "the event has no type: expected event_type, type or EventID";
  return nullptr;
}

}  // namespace varpulis::io
