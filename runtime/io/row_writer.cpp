#include "runtime/io/row_writer.h"

#include "base/check.h"
#include "runtime/io/json_text.h"

namespace varpulis::io {

RowWriter::RowWriter(const ir::Plan& plan, const KeyTable& keys) {
  for (const ir::Table& table : plan.tables) {
    if (table.kind != ir::Table::Kind::Event) continue;
    uint32_t index = types_.Add(table.event_type);
    VPL_CHECK(index == bindings_.size(), "two event tables for {}", table.event_type);
    bindings_.push_back(Bind(table, keys));
  }
}

RowWriter::Binding RowWriter::Bind(const ir::Table& table, const KeyTable& keys) {
  Binding binding;
  binding.table = &table;
  binding.slot_of_key.assign(keys.unknown() + 1, kNoSlot);
  auto slot_of = [&](const std::string& name) -> Slot& {
    uint32_t key = keys.Find(name);
    VPL_CHECK(key != keys.unknown(), "{} is not in the key table", name);
    uint16_t& index = binding.slot_of_key[key];
    if (index == kNoSlot) {
      index = static_cast<uint16_t>(binding.slots.size());
      binding.slots.emplace_back();
      binding.slots.back().consumable = key == kKeyTimestamp;
    }
    return binding.slots[index];
  };
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (static_cast<int>(c) == table.event_column) continue;
    Slot& slot = slot_of(table.columns[c].name);
    slot.column = static_cast<int32_t>(c);
    slot.column_type = slot.target = table.columns[c].type;
  }
  for (const ir::DeclaredField& field : table.fields) {
    Slot& slot = slot_of(field.name);
    slot.declared = true;
    slot.optional = field.optional;
    if (slot.column_type == ir::Type::Any) slot.target = field.type;
  }
  return binding;
}

uint32_t RowWriter::FindTable(std::string_view event_type) {
  static_assert(NameTable::kAbsent == row::kUnreadTable);
  const uint32_t table = types_.Find(event_type);
  if (table == row::kUnreadTable) unread_type_ = event_type;
  return table;
}

// The common case of each column type is here; the rest takes the way over Cells.
[[gnu::always_inline]] inline void RowWriter::WriteField(row::RowTable& rows, uint32_t row,
                                                         const Slot& slot, const Field& field,
                                                         EventForm form) {
  auto column = static_cast<uint32_t>(slot.column);
  if (slot.column >= 0 && slot.column_type == slot.target) {
    switch (slot.target) {
      case ir::Type::Any:
        rows.SetCell(column, row, AnyValue(field, form));
        return;
      case ir::Type::Int:
        if (field.kind != FieldKind::Int) break;
        rows.SetInt(column, row, field.integer);
        return;
      case ir::Type::Float:
        if (field.kind == FieldKind::Float) {
          rows.SetFloat(column, row, field.number);
          return;
        }
        if (field.kind != FieldKind::Int) break;
        rows.SetFloat(column, row, static_cast<double>(field.integer));
        return;
      case ir::Type::Str:
        if (field.kind != FieldKind::Str) break;
        rows.SetStr(column, row, values_.Text(*arena_, field));
        return;
      case ir::Type::Bool:
      case ir::Type::Timestamp:
      case ir::Type::Duration:
      case ir::Type::Set:
      case ir::Type::List:
        break;
    }
  }
  WriteCoerced(rows, row, slot, field, form);
}

void RowWriter::Write(row::Batch& batch, const RowHead& head, std::span<const Field> fields) {
  if (head.table == row::kUnreadTable) {
    const auto unread = static_cast<uint32_t>(batch.unread_times.size());
    batch.order.push_back({row::kUnreadTable, unread});
    batch.unread_times.push_back(head.time);
    if (keep_unread_types_) batch.unread_types.emplace_back(unread_type_);
    return;
  }
  arena_ = &batch.arena;
  ++row_number_;
  Binding& binding = bindings_[head.table];
  row::RowTable& rows = batch.tables[head.table];
  uint32_t row = rows.AppendRows(1);
  rows.set_time(row, head.time);
  size_t written = 0;
  for (const Field& field : fields) {
    uint16_t index = binding.slot_of_key[field.key_id];
    if (index == kNoSlot) continue;
    if (field.key_id < kSpecialKeys && (head.consumed >> field.key_id & 1) != 0) continue;
    Slot& slot = binding.slots[index];
    written += slot.written_in != row_number_ ? 1 : 0;
    slot.written_in = row_number_;
    WriteField(rows, row, slot, field, head.form);
  }
  if (written < binding.slots.size()) WriteAbsentFields(rows, row, binding, head);
  if (binding.table->event_column >= 0) WriteEventMap(rows, row, binding, head, fields);
  batch.order.push_back({head.table, row});
}

void RowWriter::WriteAbsentFields(row::RowTable& rows, uint32_t row, Binding& binding,
                                  const RowHead& head) {
  bool timestamp_consumed = (head.consumed >> kKeyTimestamp & 1) != 0;
  for (const Slot& slot : binding.slots) {
    if (slot.written_in == row_number_) continue;
    if (slot.column >= 0) rows.SetAbsent(static_cast<uint32_t>(slot.column), row, abi::kMissing);
    // A `timestamp` that became the event's time was there.
    if (!slot.optional && !(slot.consumable && timestamp_consumed)) ++schema_violations_;
  }
}

void RowWriter::WriteCoerced(row::RowTable& rows, uint32_t row, const Slot& slot,
                             const Field& field, EventForm form) {
  abi::Cell value = Coerce(field, slot.target, form);
  if (slot.declared &&
      (value.tag == abi::Tag::Missing || (value.tag == abi::Tag::Null && !slot.optional))) {
    ++schema_violations_;
  }
  if (slot.column >= 0) WriteColumn(rows, row, slot, value);
}

void RowWriter::WriteColumn(row::RowTable& rows, uint32_t row, const Slot& slot,
                            const abi::Cell& value) {
  auto column = static_cast<uint32_t>(slot.column);
  if (slot.column_type == ir::Type::Any) {
    rows.SetCell(column, row, value);
    return;
  }
  if (value.absent()) {
    rows.SetAbsent(column, row, value.state());
    return;
  }
  switch (slot.column_type) {
    case ir::Type::Bool:
      rows.SetBool(column, row, value.boolean != 0);
      return;
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      rows.SetInt(column, row, value.integer);
      return;
    case ir::Type::Float:
      rows.SetFloat(column, row, value.number);
      return;
    case ir::Type::Str:
      rows.SetStr(column, row, value.string);
      return;
    case ir::Type::Any:
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "an event column of type {}", static_cast<int>(slot.column_type));
}

// Decision D23: canonical integer text counts as an int, other number cells of CSV as floats.
abi::Cell RowWriter::AnyValue(const Field& field, EventForm form) {
  int64_t integer = 0;
  double number = 0;
  bool convertible = form == EventForm::Flat || form == EventForm::Csv;
  if (field.kind != FieldKind::Str || !convertible) return values_.Value(*arena_, field);
  if (ParseCanonicalInt(field.text_view(), integer)) {
    return abi::Cell::Int(integer, abi::Tag::IntText);
  }
  if (form == EventForm::Csv && ParseFloatText(field.text_view(), number))
    return abi::Cell::Float(number);
  return abi::Cell::Str(values_.Text(*arena_, field));
}

abi::Cell RowWriter::Coerce(const Field& field, ir::Type type, EventForm form) {
  if (field.kind == FieldKind::Null) return abi::Cell::Null();
  if (type == ir::Type::Any) return AnyValue(field, form);
  if (field.kind == FieldKind::Str) return CoerceText(field, type, form);
  switch (type) {
    case ir::Type::Bool:
      if (field.kind == FieldKind::Bool) return abi::Cell::Bool(field.boolean);
      break;
    case ir::Type::Int:
      if (field.kind == FieldKind::Int) return abi::Cell::Int(field.integer);
      break;
    case ir::Type::Float:
      if (field.kind == FieldKind::Float) return abi::Cell::Float(field.number);
      if (field.kind == FieldKind::Int) return abi::Cell::Float(static_cast<double>(field.integer));
      break;
    case ir::Type::Timestamp:
      if (auto time = times_.Parse(field, false)) return abi::Cell::Int(*time, abi::Tag::Timestamp);
      break;
    case ir::Type::Duration:
      if (field.kind == FieldKind::Duration)
        return abi::Cell::Int(field.integer, abi::Tag::Duration);
      break;
    case ir::Type::Str:
    case ir::Type::Any:
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  return abi::Cell::Missing();
}

abi::Cell RowWriter::CoerceText(const Field& field, ir::Type type, EventForm form) {
  bool convertible = form == EventForm::Flat || form == EventForm::Csv;
  std::string_view text = field.text_view();
  int64_t integer = 0;
  double number = 0;
  switch (type) {
    case ir::Type::Str:
      return abi::Cell::Str(values_.Text(*arena_, field));
    case ir::Type::Bool:
      // CSV has no other way to write one.
      if (form == EventForm::Csv && (text == "true" || text == "false"))
        return abi::Cell::Bool(text == "true");
      break;
    case ir::Type::Int:
      if (convertible && ParseIntText(text, integer)) return abi::Cell::Int(integer);
      break;
    case ir::Type::Float:
      if (convertible && ParseIntText(text, integer))
        return abi::Cell::Float(static_cast<double>(integer));
      if (convertible && ParseFloatText(text, number)) return abi::Cell::Float(number);
      break;
    case ir::Type::Timestamp:
      if (auto time = times_.Parse(field, convertible))
        return abi::Cell::Int(*time, abi::Tag::Timestamp);
      break;
    case ir::Type::Duration:
      if (auto duration = base::ParseDuration(text))
        return abi::Cell::Int(*duration, abi::Tag::Duration);
      break;
    case ir::Type::Any:
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  return abi::Cell::Missing();
}

// Every field in order, declared ones as their type has them.
void RowWriter::WriteEventMap(row::RowTable& rows, uint32_t row, const Binding& binding,
                              const RowHead& head, std::span<const Field> fields) {
  entries_.clear();
  for (const Field& field : fields) {
    if (field.key_id < kSpecialKeys && (head.consumed >> field.key_id & 1) != 0) continue;
    uint16_t index = binding.slot_of_key[field.key_id];
    ir::Type type = index == kNoSlot ? ir::Type::Any : binding.slots[index].target;
    abi::Cell value = Coerce(field, type, head.form);
    abi::MapEntry entry;
    entry.key = values_.Text(*arena_, field.key_view());
    entry.value = value;
    entries_.push_back(entry);
  }
  abi::Cell map = values_.Map(*arena_, entries_, 0);
  rows.SetCell(static_cast<uint32_t>(binding.table->event_column), row, map);
}

}  // namespace varpulis::io
