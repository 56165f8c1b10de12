#pragma once

// Rows in columns: the storage of one table (ir::Table) during one batch.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/arena.h"
#include "base/time.h"
#include "compiler/ir/kernel_abi.h"
#include "compiler/ir/plan.h"

namespace varpulis::row {

// Columns of one table. Values are written in place by decoders and kernels; text and containers are
// borrowed from the batch's arena or input buffer. Not thread-safe while written.
class RowTable {
 public:
  explicit RowTable(const ir::Table& schema, uint32_t initial_capacity = 0);
  RowTable(RowTable&&) = default;
  RowTable& operator=(RowTable&&) = default;

  const ir::Table& schema() const { return *schema_; }
  uint32_t rows() const { return rows_; }
  // For KernelFrame::columns and ::outs; pointers change when the table grows.
  const abi::ColumnRef* columns() const { return refs_.data(); }
  const abi::OutRef* outs() const { return outs_.data(); }
  const TimestampNs* times() const { return times_.data(); }
  TimestampNs time(uint32_t row) const { return times_[row]; }

  // Appends a row whose values are all missing and returns its index.
  uint32_t AppendRow(TimestampNs time);
  // Appends `count` rows with uninitialised values, to be written by a kernel.
  uint32_t AppendRows(uint32_t count);
  // Makes the row one of `from`, a table of the same columns. Text and containers stay borrowed.
  void CopyRow(uint32_t row, const RowTable& from, uint32_t from_row);
  void set_time(uint32_t row, TimestampNs time) { times_[row] = time; }
  // Takes the last row back.
  void PopRow() { --rows_; }
  void Clear() { rows_ = 0; }

  // Typed writers; the column must have that type. They set the state to present.
  void SetInt(uint32_t column, uint32_t row, int64_t value) {  // Int, Timestamp, Duration
    static_cast<int64_t*>(outs_[column].values)[row] = value;
    outs_[column].states[row] = abi::kPresent;
  }
  void SetFloat(uint32_t column, uint32_t row, double value) {
    static_cast<double*>(outs_[column].values)[row] = value;
    outs_[column].states[row] = abi::kPresent;
  }
  void SetBool(uint32_t column, uint32_t row, bool value) {
    static_cast<uint8_t*>(outs_[column].values)[row] = value ? 1 : 0;
    outs_[column].states[row] = abi::kPresent;
  }
  void SetStr(uint32_t column, uint32_t row, abi::VplString value) {
    static_cast<abi::VplString*>(outs_[column].values)[row] = value;
    outs_[column].states[row] = abi::kPresent;
  }
  void SetCell(uint32_t column, uint32_t row, const abi::Cell& value) {  // Any columns
    static_cast<abi::Cell*>(outs_[column].values)[row] = value;
  }
  void SetAbsent(uint32_t column, uint32_t row, abi::State state);
  // A value that the column's type holds, or an absent one.
  void Set(uint32_t column, uint32_t row, const abi::Cell& value);
  // The value whatever the column's type.
  abi::Cell Get(uint32_t column, uint32_t row) const;

  // Bytes held by the columns.
  size_t bytes() const;

 private:
  void Grow(uint32_t capacity);

  struct FreeDeleter {
    void operator()(void* memory) const { std::free(memory); }
  };
  using Buffer = std::unique_ptr<void, FreeDeleter>;

  const ir::Table* schema_;
  uint32_t rows_ = 0;
  uint32_t capacity_ = 0;
  std::vector<Buffer> values_;
  std::vector<Buffer> states_;
  std::vector<abi::ColumnRef> refs_;
  std::vector<abi::OutRef> outs_;
  std::vector<TimestampNs> times_;
};

// The value of `type` at `value`, whose state is `state`; of an Any the cell itself tells it.
abi::Cell ReadCell(ir::Type type, const void* value, uint8_t state);

inline constexpr uint32_t kUnreadTable = UINT32_MAX;

// Where an event of the batch went. Of events of types that nobody reads there is no more than the time:
// they have table kUnreadTable, and as row their place in Batch::unread_times.
struct RowRef {
  uint32_t table;  // index into Batch::tables
  uint32_t row;
};

// What has arrived, as columns per event type plus the order of arrival. `tables` is parallel to
// the event tables of the plan, in the plan's order (derived tables are skipped).
struct Batch {
  explicit Batch(const ir::Plan& plan);

  std::vector<RowTable> tables;
  std::vector<uint32_t> table_ids;  // ir::TableId of each entry of `tables`
  std::vector<RowRef> order;
  std::vector<TimestampNs> unread_times;
  std::vector<std::string> unread_types;  // parallel to them, if they are kept
  DurationNs arrival = 0;                 // after the start; set if the reader cuts batches by it
  base::Arena arena;                      // text and containers of the batch

  TimestampNs TimeOf(const RowRef& ref) const {
    return ref.table == kUnreadTable ? unread_times[ref.row] : tables[ref.table].time(ref.row);
  }
  void Clear();
};

}  // namespace varpulis::row
