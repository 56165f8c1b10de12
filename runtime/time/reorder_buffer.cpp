#include "runtime/time/reorder_buffer.h"

#include <algorithm>

#include "base/limits.h"
#include "runtime/kernel/ownership.h"
#include "runtime/kernel/record_state.h"
#include "runtime/operator/owned_row.h"

namespace varpulis::time {

uint32_t ReorderBuffer::NewPlace(Rows& rows) {
  if (rows.free.empty()) {
    rows.ways.emplace_back();
    return rows.table.AppendRows(1);
  }
  const uint32_t place = rows.free.back();
  rows.free.pop_back();
  return place;
}

uint32_t ReorderBuffer::Add(abi::KernelContext& context, ir::TableId table,
                            const row::RowTable& rows, uint32_t row, uint32_t consumer,
                            const PassedInputs& passed) {
  Rows& kept = rows_.try_emplace(table, plan_.tables[table]).first->second;
  const uint32_t place = NewPlace(kept);
  kept.table.CopyRow(place, rows, row);
  const uint32_t too_large = op::OwnRow(context, kept.table, place);
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
  op::RetireRow(context, kept.table, front.row);
  kept.free.push_back(front.row);
}

void ReorderBuffer::Release(abi::KernelContext& context) {
  while (!waiting_.empty()) Pop(context);
}

void ReorderBuffer::Save(state::StateWriter& out, const std::vector<ir::TableId>& tables) const {
  out.U64(waiting_.size());
  for (auto waiting = waiting_; !waiting.empty(); waiting.pop()) {
    const Waiting& next = waiting.top();
    const auto place = std::find(tables.begin(), tables.end(), next.table) - tables.begin();
    const Rows& kept = rows_.at(next.table);
    const PassedInputs& passed = kept.ways[next.row].passed;
    out.U32(static_cast<uint32_t>(place));
    out.I64(next.time);
    out.U64(passed.size());
    for (const uint32_t input : passed) out.U32(input);
    for (uint32_t column = 0; column < kept.table.schema().columns.size(); ++column)
      out.Value(kept.table.Get(column, next.row));
  }
}

void ReorderBuffer::Restore(abi::KernelContext& context, state::StateReader& in,
                            const std::vector<ir::TableId>& tables,
                            absl::FunctionRef<Reader(ir::TableId)> reader) {
  constexpr size_t kLeastBytes = sizeof(uint32_t) + 2 * sizeof(uint64_t);
  for (uint64_t left = in.Count(kLeastBytes, limits::kMaxReorderedRows); left > 0 && in.ok();
       --left) {
    const uint32_t place = in.U32();
    in.Require(place < tables.size(), "a row of no input of its stream");
    if (in.ok()) RestoreRow(context, in, tables[place], reader(tables[place]));
  }
}

void ReorderBuffer::RestoreRow(abi::KernelContext& context, state::StateReader& in,
                               ir::TableId table, const Reader& reader) {
  Rows& kept = rows_.try_emplace(table, plan_.tables[table]).first->second;
  const uint32_t place = NewPlace(kept);
  const TimestampNs time = in.I64();
  PassedInputs passed;
  for (uint64_t left = in.Count(sizeof(uint32_t), reader.inputs); left > 0; --left) {
    const uint32_t input = in.U32();
    const bool rises = passed.empty() || passed.back() < input;
    in.Require(input < reader.inputs && rises, "a row by no input of its stream");
    if (!in.ok()) break;
    passed.push_back(input);
  }
  in.Require(!passed.empty(), "a row by no input of its stream");
  kept.table.set_time(place, time);
  for (uint32_t column = 0; column < plan_.tables[table].columns.size(); ++column) {
    // Behind a failure values are missing, and the row is one that may be released.
    const abi::Cell value = kernel::RestoreCell(in, context);
    const bool holds = kernel::Holds(plan_.tables[table].columns[column].type, value);
    in.Require(holds, "a value of another type than its column");
    if (!holds) kernel::RetireCell(context, value);
    kept.table.Set(column, place, holds ? value : abi::Cell::Missing());
  }
  kept.ways[place] = {reader.consumer, std::move(passed)};
  waiting_.push({time, arrivals_++, table, place});
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
