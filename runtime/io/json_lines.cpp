#include "runtime/io/json_lines.h"

#include "runtime/io/entry_end.h"

namespace varpulis::io {

const char* JsonLineDecoder::Decode(const char* at, const std::optional<TimestampNs>& arrival,
                                    row::Batch& batch) {
  const char* end = scanner_.Scan(at, batch.arena);
  if (end == nullptr) {
    error_ = scanner_.error(at);
    return nullptr;
  }
  end = FindEntryEnd(at, end, error_);
  if (end == nullptr) return nullptr;
  EventFields event = scanner_.event();
  bool may_be_native = event.Find(kKeyData) != nullptr || event.Find(kKeyFields) != nullptr;
  if (may_be_native && typer_.DeliverNative(event, scanner_.members(kKeyData),
                                            scanner_.members(kKeyFields), arrival, batch)) {
    return end;
  }
  if (typer_.DeliverFlat(event, EventForm::Flat, arrival, batch)) return end;
  error_ = "the event has no type: expected event_type, type or EventID";
  return nullptr;
}

}  // namespace varpulis::io
