#pragma once

// Calling kernels of the current table with the shard's context. One per shard.

#include <algorithm>
#include <array>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/kernel/kernel_table.h"
#include "runtime/row/table.h"

namespace varpulis::op {

class KernelCaller {
 public:
  KernelCaller(const kernel::KernelTable* table, abi::KernelContext* context,
               const abi::Cell* globals)
      : table_(table) {
    frame_ = {};
    frame_.context = context;
    frame_.globals = globals;
  }

  // Promotion: other code for the same kernels, between two batches.
  void set_table(const kernel::KernelTable* table) { table_ = table; }

  // Predicate over `count` rows of a table; one byte per row in `mask`.
  void Mask(ir::KernelId id, const row::RowTable& rows, uint32_t first, uint32_t count,
            uint8_t* mask) {
    Bind(rows, first, count);
    frame_.result_bytes = mask;
    Call(id);
  }
  bool Test(ir::KernelId id, const row::RowTable& rows, uint32_t row, uint8_t* record = nullptr) {
    Bind(rows, row, 1);
    frame_.records = &record;
    uint8_t result = 0;
    frame_.result_bytes = &result;
    Call(id);
    return result != 0;
  }
  // One row with each of the records; one byte per record in `results`.
  void TestEach(ir::KernelId id, const row::RowTable& rows, uint32_t row,
                const std::vector<uint8_t*>& records, uint8_t* results) {
    same_row_.assign(records.size(), row);
    Bind(rows, 0, static_cast<uint32_t>(records.size()));
    frame_.rows = same_row_.data();
    frame_.records = records.data();
    frame_.result_bytes = results;
    Call(id);
  }
  // The same for a kernel that may read no row; then `time` is that of the item.
  bool Holds(ir::KernelId id, const row::RowTable* rows, uint32_t row, uint8_t* record,
             TimestampNs time) {
    if (rows != nullptr) return Test(id, *rows, row, record);
    BindNothing(time);
    frame_.records = &record;
    uint8_t result = 0;
    frame_.result_bytes = &result;
    Call(id);
    return result != 0;
  }
  // Integer results (hashes) of `count` rows.
  void Ints(ir::KernelId id, const row::RowTable& rows, uint32_t first, uint32_t count,
            int64_t* results) {
    Bind(rows, first, count);
    frame_.result_ints = results;
    Call(id);
  }
  int64_t Int(ir::KernelId id, const row::RowTable& rows, uint32_t row, uint8_t* record = nullptr) {
    Bind(rows, row, 1);
    frame_.records = &record;
    int64_t result = 0;
    frame_.result_ints = &result;
    Call(id);
    return result;
  }
  // A kernel that reads no row and writes none.
  void Run(ir::KernelId id) {
    const TimestampNs time = 0;
    BindNothing(time);
    Call(id);
  }
  // A kernel with effects alone.
  void Evaluate(ir::KernelId id, const row::RowTable& rows, uint32_t row) {
    Bind(rows, row, 1);
    Call(id);
  }
  // A kernel with effects on the record only.
  void Update(ir::KernelId id, const row::RowTable& rows, uint32_t row, uint8_t* record) {
    Bind(rows, row, 1);
    frame_.records = &record;
    Call(id);
  }
  // Appends a row with the given time to `out` and lets the kernel write it. `rows` may be null for a
  // kernel that reads no row.
  uint32_t Project(ir::KernelId id, const row::RowTable* rows, uint32_t row, uint8_t* record,
                   row::RowTable& out, TimestampNs time) {
    uint32_t written = out.AppendRows(1);
    out.set_time(written, time);
    if (rows != nullptr) {
      Bind(*rows, row, 1);
    } else {
      BindNothing(time);
    }
    frame_.records = &record;
    frame_.outs = out.outs();
    frame_.out_first = written;
    Call(id);
    return written;
  }

  // Lets the kernel write columns of a row that exists, from column `first` on.
  void Write(ir::KernelId id, const row::RowTable& rows, uint32_t row, row::RowTable& out,
             uint32_t out_row, uint32_t first) {
    Bind(rows, row, 1);
    frame_.outs = out.outs() + first;
    frame_.out_first = out_row;
    Call(id);
  }

  // The same kernels over a record that stands in for a row: its slots are the columns.
  void UpdateFrom(ir::KernelId id, const ir::RecordLayout& layout, const uint8_t* source,
                  uint8_t* record) {
    BindRecord(layout, source);
    frame_.records = &record;
    Call(id);
  }
  uint32_t ProjectFrom(ir::KernelId id, const ir::RecordLayout& layout, const uint8_t* source,
                       row::RowTable& out, TimestampNs time) {
    const uint32_t written = out.AppendRows(1);
    out.set_time(written, time);
    BindRecord(layout, source);
    frame_.outs = out.outs();
    frame_.out_first = written;
    Call(id);
    return written;
  }

  void CountError(abi::EvalError error) { ++frame_.errors[static_cast<size_t>(error)]; }
  const uint64_t* errors() const { return frame_.errors; }
  using ErrorCounts = std::array<uint64_t, abi::kEvalErrorKinds>;
  ErrorCounts error_counts() const {
    ErrorCounts counts;
    std::copy_n(frame_.errors, counts.size(), counts.begin());
    return counts;
  }
  void set_error_counts(const ErrorCounts& counts) {
    std::copy_n(counts.begin(), counts.size(), frame_.errors);
  }
  abi::KernelContext& context() { return *frame_.context; }

 private:
  void Bind(const row::RowTable& rows, uint32_t first, uint32_t count) {
    frame_.columns = rows.columns();
    frame_.row_times = rows.times();
    frame_.rows = nullptr;
    frame_.first_row = first;
    frame_.count = count;
  }
  // One item without a row; `time` outlives the call.
  void BindNothing(const TimestampNs& time) {
    frame_.columns = nullptr;
    frame_.row_times = &time;
    frame_.rows = nullptr;
    frame_.first_row = 0;
    frame_.count = 1;
  }
  void BindRecord(const ir::RecordLayout& layout, const uint8_t* source) {
    static constexpr TimestampNs kNoTime = 0;
    slots_.clear();
    for (const ir::RecordSlot& slot : layout.slots) {
      const bool has_state = slot.state_offset != ir::kNoState;
      slots_.push_back({source + slot.offset, has_state ? source + slot.state_offset : nullptr});
    }
    BindNothing(kNoTime);
    frame_.columns = slots_.data();
  }
  void Call(ir::KernelId id) { (*table_)[id].Call(frame_); }

  const kernel::KernelTable* table_;
  abi::KernelFrame frame_;
  std::vector<abi::ColumnRef> slots_;  // scratch
  std::vector<uint32_t> same_row_;     // scratch
};

}  // namespace varpulis::op
