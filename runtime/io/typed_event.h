#pragma once

// From the fields of a JSON object or CSV record to an event: which type it has, when it happened
// and which fields it keeps (language-later.md 12.1, 12.2).

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/io/decoding.h"
#include "runtime/io/field.h"
#include "runtime/row/table.h"

namespace varpulis::io {

class EventTyper {
 public:
  // `decoding` must outlive it.
  explicit EventTyper(Decoding& decoding) : decoding_(&decoding) {}

  // `{"event_type": T, "data": {...}}`: delivers it and returns true if the object has that form.
  // `arrival` is the event's time if a directive of a text file sets it.
  bool DeliverNative(const EventFields& event, std::span<const Field> data,
                     std::span<const Field> named_fields, const std::optional<TimestampNs>& arrival,
                     row::Batch& batch);
  // Any other object or record. False: it has no type.
  bool DeliverFlat(const EventFields& event, EventForm form,
                   const std::optional<TimestampNs>& arrival, row::Batch& batch);

 private:
  std::optional<uint32_t> FindTable(const EventFields& event, EventForm form);
  uint32_t FindTable(const Field& type);
  // Nothing if the field is absent, null, or (counted) unreadable.
  std::optional<TimestampNs> ReadTime(const Field* field, bool number_text);
  std::optional<TimestampNs> CountUnreadable(std::optional<TimestampNs> time);
  std::optional<TimestampNs> ReadChosenTime(std::span<const Field> fields, bool number_text);
  TimestampNs FlatTime(const EventFields& event, uint32_t& consumed);

  // The table of a type seen before.
  struct KnownType {
    char text[16] = {};  // zero padded
    uint32_t size = UINT32_MAX;
    uint32_t table = 0;
  };

  Decoding* decoding_;
  std::array<KnownType, 16> known_types_;
  std::string scratch_;
};

}  // namespace varpulis::io
