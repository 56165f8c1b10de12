#include "runtime/io/typed_event.h"

#include <cstring>

#include <fmt/format.h>

#include "runtime/io/event_type.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {
namespace {

constexpr uint32_t Bit(SpecialKey key) { return 1u << key; }

bool IsText(const Field* field) { return field != nullptr && field->kind == FieldKind::Str; }
bool IsObject(const Field* field) { return field != nullptr && field->kind == FieldKind::Object; }

// Whether the first `size` of 16 readable bytes are equal.
bool StartsWith(const char* text, const char* start, uint32_t size) {
#if defined(__SSE2__)
  __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(start));
  auto equal = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)));
  return (~equal & ((1u << size) - 1)) == 0;
#else
  return std::memcmp(text, start, size) == 0;
#endif
}

}  // namespace

uint32_t EventTyper::FindTable(const Field& type) {
  if (!type.escaped && type.text_size > 0 && type.text_size <= sizeof(KnownType::text)) {
    auto spread = static_cast<uint8_t>(type.text[0] * 3 + type.text[type.text_size - 1] +
                                       static_cast<char>(type.text_size));
    KnownType& known = known_types_[spread % known_types_.size()];
    if (known.size == type.text_size && StartsWith(type.text, known.text, known.size))
      return known.table;
    known = {.size = type.text_size, .table = decoding_->writer.FindTable(type.text_view())};
    std::memcpy(known.text, type.text, type.text_size);
    return known.table;
  }
  if (!type.escaped) return decoding_->writer.FindTable(type.text_view());
  scratch_.resize(type.text_size);
  scratch_.resize(UnescapeJson(type.text_view(), scratch_.data()));
  return decoding_->writer.FindTable(scratch_);
}

std::optional<uint32_t> EventTyper::FindTable(const EventFields& event, EventForm form) {
  const Field* type = event.Find(kKeyType);
  if (!IsText(type)) type = event.Find(kKeyEventType);
  // An empty cell is no type.
  if (IsText(type) && (type->text_size > 0 || form != EventForm::Csv)) return FindTable(*type);
  const Field* id = event.Find(kKeyEventId);
  int64_t event_id = 0;
  bool numbered = id != nullptr && (id->kind == FieldKind::Int ||
                                    (IsText(id) && ParseCanonicalInt(id->text_view(), event_id)));
  if (numbered) {
    if (id->kind == FieldKind::Int) event_id = id->integer;
    const Field* channel = event.Find(kKeyChannel);
    return decoding_->writer.FindTable(
        WindowsEventType(event_id, IsText(channel) ? channel->text_view() : std::string_view()));
  }
  const std::string& default_type = decoding_->options.default_type;
  if (!default_type.empty()) return decoding_->writer.FindTable(default_type);
  return std::nullopt;
}

std::optional<TimestampNs> EventTyper::ReadTime(const Field* field, bool number_text) {
  if (field == nullptr) return std::nullopt;
  if (field->kind == FieldKind::Int)
    return CountUnreadable(base::TimestampFromNumber(field->integer));
  if (field->kind == FieldKind::Null) return std::nullopt;
  if (field->kind == FieldKind::Str && field->text_size == 0) return std::nullopt;
  return CountUnreadable(decoding_->times.Parse(*field, number_text));
}

std::optional<TimestampNs> EventTyper::CountUnreadable(std::optional<TimestampNs> time) {
  if (!time) ++decoding_->statistics.unreadable_times;
  return time;
}

// The time in the field that the user named, if there is one.
std::optional<TimestampNs> EventTyper::ReadChosenTime(std::span<const Field> fields,
                                                      bool number_text) {
  if (decoding_->time_field_key == decoding_->keys.unknown()) return std::nullopt;
  const Field* chosen = nullptr;
  for (const Field& field : fields) {
    if (field.key_id == decoding_->time_field_key) chosen = &field;
  }
  const std::string& format = decoding_->options.time_format;
  if (chosen == nullptr || format.empty()) return ReadTime(chosen, number_text);
  std::string text;
  if (chosen->kind == FieldKind::Str) text = chosen->text_view();
  if (chosen->kind == FieldKind::Int) text = fmt::format("{}", chosen->integer);
  return CountUnreadable(ParseTimeByFormat(text, format));
}

TimestampNs EventTyper::FlatTime(const EventFields& event, uint32_t& consumed) {
  if (decoding_->time_field_key != decoding_->keys.unknown()) [[unlikely]] {
    if (auto time = ReadChosenTime(event.fields, true)) return *time;
  }
  for (SpecialKey key : {kKeyAtTimestamp, kKeyUtcTime, kKeyTimeCreated}) {
    if (auto time = ReadTime(event.Find(key), true)) return *time;
  }
  if (auto time = ReadTime(event.Find(kKeyTimestamp), true)) {
    consumed |= Bit(kKeyTimestamp);
    return *time;
  }
  return decoding_->previous_time;
}

bool EventTyper::DeliverFlat(const EventFields& event, EventForm form,
                             const std::optional<TimestampNs>& arrival, row::Batch& batch) {
  auto table = FindTable(event, form);
  if (!table) return false;
  RowHead head{.table = *table, .form = form};
  head.consumed = Bit(kKeyType) | Bit(kKeyEventType) | Bit(kKeyAtTimestamp) | Bit(kKeyAtVersion);
  head.time = arrival ? *arrival : FlatTime(event, head.consumed);
  decoding_->Deliver(batch, head, event.fields);
  return true;
}

bool EventTyper::DeliverNative(const EventFields& event, std::span<const Field> data,
                               std::span<const Field> named_fields,
                               const std::optional<TimestampNs>& arrival, row::Batch& batch) {
  const Field* type = event.Find(kKeyEventType);
  bool has_data = IsObject(event.Find(kKeyData));
  if (!IsText(type) || (!has_data && !IsObject(event.Find(kKeyFields)))) return false;
  std::span<const Field> fields = has_data ? data : named_fields;
  RowHead head{.table = FindTable(*type), .form = EventForm::Native};
  auto time = arrival;
  if (!time) time = ReadChosenTime(fields, false);
  if (!time) time = ReadTime(event.Find(kKeyTimestamp), false);
  if (!time) time = ReadTime(event.Find(kKeyAtTimestamp), false);
  head.time = time ? *time : decoding_->previous_time;
  decoding_->Deliver(batch, head, fields);
  return true;
}

}  // namespace varpulis::io
