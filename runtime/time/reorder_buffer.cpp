#include "runtime/time/reorder_buffer.h"

#include "runtime/kernel/ownership.h"

namespace varpulis::time {
namespace {

// Calls visit(column) for the columns whose values may lie outside of the row.
template <typename Visit>
void ForOwning(const ir::Table& schema, const Visit& visit) {
  for (uint32_t column = 0; column < schema.columns.size(); ++column) {
    const ir::Type type = schema.columns[column].type;
    if (type == ir::Type::Str || type == ir::Type::Any) visit(column);
  }
}

}  // namespace

uint32_t ReorderBuffer::Add(abi::KernelContext& context, ir::TableId table,
                            const row::RowTable& rows, uint32_t row, uint32_t consumer,
                            const PassedInputs& passed) {
  Rows& kept = rows_.try_emplace(table, plan_.tables[table]).first->second;
  uint32_t place = 0;
  if (kept.free.empty()) {
    place = kept.table.AppendRows(1);
    kept.ways.emplace_back();
  } else {
    place = kept.free.back();
    kept.free.pop_back();
  }
  kept.table.CopyRow(place, rows, row);
  uint32_t too_large = 0;
  ForOwning(plan_.tables[table], [&](uint32_t column) {
    const abi::Cell value = kept.table.Get(column, place);
    if (value.absent()) return;
    const std::optional<abi::Cell> owned = kernel::OwnCell(context, value);
    if (!owned) ++too_large;
    if (plan_.tables[table].columns[column].type == ir::Type::Str) {
      kept.table.SetStr(column, place, owned->string);  // no text is too large
    } else {
      kept.table.SetCell(column, place, owned.value_or(abi::Cell::Missing()));
    }
  });
  kept.ways[place] = {consumer, passed};
  waiting_.push({rows.time(row), arrivals_++, table, place});
  return too_large;
}

ReorderBuffer::Row ReorderBuffer::Front() const {
  const Waiting& front = waiting_.top();
  const Rows& kept = rows_.at(front.table);
  const Rows::Way& way = kept.ways[front.row];
  return {front.table, &kept.table, front.row, way.consumer, &way.passed};
}

void ReorderBuffer::Pop(abi::KernelContext& context) {
  const Waiting front = waiting_.top();
  waiting_.pop();
  Rows& kept = rows_.at(front.table);
  ForOwning(plan_.tables[front.table], [&](uint32_t column) {
    kernel::RetireCell(context, kept.table.Get(column, front.row));
  });
  kept.free.push_back(front.row);
}

void ReorderBuffer::Release(abi::KernelContext& context) {
  while (!waiting_.empty()) Pop(context);
}

size_t ReorderBuffer::bytes() const {
  size_t bytes = waiting_.size() * sizeof(Waiting);
  for (const auto& [table, kept] : rows_) {
    bytes += kept.table.bytes() + kept.ways.capacity() * sizeof(Rows::Way) +
             kept.free.capacity() * sizeof(uint32_t);
  }
  return bytes;
}

}  // namespace varpulis::time
