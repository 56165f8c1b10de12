#include "runtime/row/table.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/check.h"

namespace varpulis::row {

RowTable::RowTable(const ir::Table& schema, uint32_t initial_capacity) : schema_(&schema) {
  size_t columns = schema.columns.size();
  values_.resize(columns);
  states_.resize(columns);
  refs_.resize(columns, {nullptr, nullptr});
  outs_.resize(columns, {nullptr, nullptr});
  if (initial_capacity > 0) Grow(initial_capacity);
}

void RowTable::Grow(uint32_t capacity) {
  for (size_t c = 0; c < values_.size(); ++c) {
    ir::Type type = schema_->columns[c].type;
    void* values = std::realloc(values_[c].release(), size_t{capacity} * ir::PayloadSize(type));
    VPL_CHECK(values != nullptr, "out of memory growing {}", schema_->name);
    values_[c].reset(values);
    void* states = nullptr;
    if (type != ir::Type::Any) {
      states = std::realloc(states_[c].release(), capacity);
      VPL_CHECK(states != nullptr, "out of memory growing {}", schema_->name);
      states_[c].reset(states);
    }
    refs_[c] = {values, static_cast<uint8_t*>(states)};
    outs_[c] = {values, static_cast<uint8_t*>(states)};
  }
  times_.resize(capacity);
  capacity_ = capacity;
}

uint32_t RowTable::AppendRows(uint32_t count) {
  uint32_t first = rows_;
  if (rows_ + count > capacity_) Grow(std::max({rows_ + count, capacity_ * 2, 16u}));
  rows_ += count;
  return first;
}

uint32_t RowTable::AppendRow(TimestampNs time) {
  uint32_t row = AppendRows(1);
  times_[row] = time;
  for (uint32_t c = 0; c < outs_.size(); ++c) SetAbsent(c, row, abi::kMissing);
  return row;
}

void RowTable::CopyRow(uint32_t row, const RowTable& from, uint32_t from_row) {
  times_[row] = from.times_[from_row];
  for (uint32_t c = 0; c < outs_.size(); ++c) {
    const size_t size = ir::PayloadSize(schema_->columns[c].type);
    std::memcpy(static_cast<char*>(outs_[c].values) + row * size,
                static_cast<const char*>(from.refs_[c].values) + from_row * size, size);
    if (outs_[c].states != nullptr) outs_[c].states[row] = from.refs_[c].states[from_row];
  }
}

void RowTable::SetAbsent(uint32_t column, uint32_t row, abi::State state) {
  if (schema_->columns[column].type == ir::Type::Any) {
    static_cast<abi::Cell*>(outs_[column].values)[row] = abi::Cell::Absent(state);
    return;
  }
  // The payload is zeroed so that kernels may compute on it without reading garbage.
  uint32_t size = ir::PayloadSize(schema_->columns[column].type);
  std::memset(static_cast<char*>(outs_[column].values) + size_t{row} * size, 0, size);
  outs_[column].states[row] = state;
}

void RowTable::Set(uint32_t column, uint32_t row, const abi::Cell& value) {
  const ir::Type type = schema_->columns[column].type;
  if (type == ir::Type::Any) return SetCell(column, row, value);
  if (value.absent()) return SetAbsent(column, row, value.state());
  switch (type) {
    case ir::Type::Bool:
      return SetBool(column, row, value.boolean != 0);
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return SetInt(column, row, value.integer);
    case ir::Type::Float:
      return SetFloat(column, row, value.number);
    case ir::Type::Str:
      return SetStr(column, row, value.string);
    case ir::Type::Any:
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "a column of type {} holds no value", ir::TypeName(type));
}

abi::Cell RowTable::Get(uint32_t column, uint32_t row) const {
  const abi::ColumnRef& ref = refs_[column];
  const ir::Type type = schema_->columns[column].type;
  const char* value = static_cast<const char*>(ref.values) + size_t{row} * ir::PayloadSize(type);
  return ReadCell(type, value, ref.states == nullptr ? abi::kPresent : ref.states[row]);
}

abi::Cell ReadCell(ir::Type type, const void* value, uint8_t state) {
  if (type == ir::Type::Any) return *static_cast<const abi::Cell*>(value);
  if (state != abi::kPresent) return abi::Cell::Absent(static_cast<abi::State>(state));
  const auto number = [&] { return *static_cast<const int64_t*>(value); };
  switch (type) {
    case ir::Type::Bool:
      return abi::Cell::Bool(*static_cast<const uint8_t*>(value) != 0);
    case ir::Type::Int:
      return abi::Cell::Int(number());
    case ir::Type::Float:
      return abi::Cell::Float(*static_cast<const double*>(value));
    case ir::Type::Str:
      return abi::Cell::Str(*static_cast<const abi::VplString*>(value));
    case ir::Type::Timestamp:
      return abi::Cell::Int(number(), abi::Tag::Timestamp);
    case ir::Type::Duration:
      return abi::Cell::Int(number(), abi::Tag::Duration);
    case ir::Type::Any:
    case ir::Type::Set:
    case ir::Type::List:
      break;
  }
  VPL_CHECK(false, "a column or slot of type {} has no value", ir::TypeName(type));
}

size_t RowTable::bytes() const {
  size_t bytes = times_.capacity() * sizeof(TimestampNs);
  for (const ir::TableColumn& column : schema_->columns) {
    bytes += size_t{capacity_} * (ir::PayloadSize(column.type) + 1);
  }
  return bytes;
}

Batch::Batch(const ir::Plan& plan) {
  for (uint32_t id = 0; id < plan.tables.size(); ++id) {
    if (plan.tables[id].kind != ir::Table::Kind::Event) continue;
    tables.emplace_back(plan.tables[id]);
    table_ids.push_back(id);
  }
}

void Batch::Clear() {
  for (RowTable& table : tables) table.Clear();
  order.clear();
  unread_times.clear();
  unread_types.clear();
  arena.Reset();
}

}  // namespace varpulis::row
