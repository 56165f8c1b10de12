#pragma once

// Fields to columns: finds the column of each field, coerces declared fields (language.md 2.2,
// decision D23) and writes the row. Shared by all formats, so that they cannot differ.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/io/event_time.h"
#include "runtime/io/field.h"
#include "runtime/io/key_table.h"
#include "runtime/io/value_builder.h"
#include "runtime/row/table.h"

namespace varpulis::io {

struct RowHead {
  uint32_t table = row::kUnreadTable;  // index into Batch::tables
  TimestampNs time = 0;
  EventForm form = EventForm::Flat;
  uint32_t consumed = 0;  // one bit per SpecialKey that is not a field of this event
};

// Not thread-safe. The plan must outlive it.
class RowWriter {
 public:
  RowWriter(const ir::Plan& plan, const KeyTable& keys);

  // Fills Batch::unread_types.
  void KeepUnreadTypes() { keep_unread_types_ = true; }

  // Index into Batch::tables of the event type, or row::kUnreadTable. The type is remembered until the
  // event is written.
  uint32_t FindTable(std::string_view event_type);
  const ir::Table& table(uint32_t index) const { return *bindings_[index].table; }

  // Appends the event to the batch. Of fields with the same key the last one wins.
  void Write(row::Batch& batch, const RowHead& head, std::span<const Field> fields);

  uint64_t schema_violations() const { return schema_violations_; }
  // For decoders that make values themselves.
  ValueBuilder& values() { return values_; }

 private:
  // Where a field goes: a column, or only a declaration that it is checked against.
  struct Slot {
    int32_t column = -1;
    ir::Type column_type = ir::Type::Any;
    ir::Type target = ir::Type::Any;  // the declared type, else the column's
    bool declared = false;
    bool optional = true;
    bool consumable = false;  // `timestamp`: a flat event may have used it up
    uint64_t written_in = 0;  // number of the last row that had the field
  };
  struct Binding {
    const ir::Table* table = nullptr;
    std::vector<uint16_t> slot_of_key;  // by key id; index into slots, or kNoSlot
    std::vector<Slot> slots;
  };
  static constexpr uint16_t kNoSlot = UINT16_MAX;

  static Binding Bind(const ir::Table& table, const KeyTable& keys);
  void WriteField(row::RowTable& rows, uint32_t row, const Slot& slot, const Field& field,
                  EventForm form);
  void WriteCoerced(row::RowTable& rows, uint32_t row, const Slot& slot, const Field& field,
                    EventForm form);
  void WriteColumn(row::RowTable& rows, uint32_t row, const Slot& slot, const abi::Cell& value);
  void WriteAbsentFields(row::RowTable& rows, uint32_t row, Binding& binding, const RowHead& head);
  void WriteEventMap(row::RowTable& rows, uint32_t row, const Binding& binding, const RowHead& head,
                     std::span<const Field> fields);
  // The field's value in an undeclared or Any field.
  abi::Cell AnyValue(const Field& field, EventForm form);
  // The field as a value of the type; missing if it cannot be one.
  abi::Cell Coerce(const Field& field, ir::Type type, EventForm form);
  abi::Cell CoerceText(const Field& field, ir::Type type, EventForm form);

  NameTable types_;  // parallel to bindings_
  bool keep_unread_types_ = false;
  std::string_view unread_type_ = {};  // of the last event that nobody reads
  std::vector<Binding> bindings_;
  TimeParser times_;
  ValueBuilder values_;
  base::Arena* arena_ = nullptr;
  std::vector<abi::MapEntry> entries_;
  uint64_t row_number_ = 0;
  uint64_t schema_violations_ = 0;
};

}  // namespace varpulis::io
