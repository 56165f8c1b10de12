#pragma once

// The operators of a stream. Each kernel list has one entry per input variant (plan.h).

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/record_layout.h"
#include "compiler/ir/row_operators.h"
#include "compiler/ir/traced_condition.h"

namespace varpulis::ir {

// .where, .having: keeps the row iff the predicate is true.
struct FilterOperator {
  std::vector<KernelId> predicates;
  std::string text;                                       // the condition, for dumps
  std::vector<std::vector<TracedCondition>> traced = {};  // by variant
};

// .select, and the row that .emit makes: writes a row of `table` from the current one, which it
// replaces. The time stays.
struct ProjectOperator {
  TableId table;
  std::vector<KernelId> kernels;
};

// .emit: the current row is program output, with the event type of its table (per variant).
struct EmitOperator {
  std::vector<TableId> tables;  // per variant: the table of the current row
  // Output key per column of the table; "" leaves the column out. Of a column that is spread, or holds
  // the whole event, it is a star and the prefix of its fields.
  std::vector<std::vector<std::string>> keys;
};

// .to: a copy of the row in `table` goes to a connector. The row itself goes on.
struct ToOperator {
  uint32_t egress = 0;  // into Plan::egresses
  TableId table;        // with the event type under which it is delivered
  std::vector<KernelId> kernels;
  // Output key per column, as EmitOperator::keys. Columns behind these are parts of the topic, whose
  // texts are joined.
  std::vector<std::string> keys;
};

// .print: the values of `table` (Any columns), in order, joined by spaces.
struct PrintOperator {
  TableId table;
  std::vector<KernelId> kernels;
  bool whole_event = false;  // `.print()`: `[stream] Type: {json}`
};

enum class WindowKind : uint8_t {
  None,          // running aggregate: every row updates its group and outputs it
  Tumbling,      // language.md 4.3, decision D17: opened by the first row of the partition
  Count,         // closes on the n-th row of the partition
  Sliding,       // puts out on a row, `slide` after the one before, the rows of the last `size`
  SlidingCount,  // puts out on every `slide`-th row the last `size` ones
  Session,       // closes when no row came for more than `size`
  Delay,         // puts out for each row the one that came `size` rows earlier
  Batch,  // no window of its own: the rows that a WindowOperator in front of it puts out at once
};

// Slots of the record of a window: its first row's time, or the beginning of one on a grid; the largest
// time of a row; the number of rows; then its keys, then the states of an aggregate.
inline constexpr uint32_t kOpenedSlot = 0;
inline constexpr uint32_t kLastSlot = 1;
inline constexpr uint32_t kRowsSlot = 2;
inline constexpr uint32_t kWindowHeadSlots = 3;

// Which rows make a window: what .partition_by and .window say.
struct Windowing {
  WindowKind kind = WindowKind::None;
  int64_t size = 0;   // ns or rows
  int64_t slide = 0;  // ns or rows
  // `policy: "watermark"`: only the clock closes a window, never a row of its own partition, so that a
  // partition may have several open.
  bool by_clock = false;
  // The stream has a watermark (decision D17). Windows of a fixed length begin at multiples of their slide,
  // or of their size, since the epoch; a row belongs to all that cover its time, and they put out in the
  // order of (end, key). A session takes rows that are within its gap on either side.
  bool watermarked = false;
  RecordLayout record;
  size_t keys = 0;                 // slots of the key
  std::vector<KernelId> hash;      // row -> i64 key hash; empty: no partitioning
  std::vector<KernelId> same_key;  // row, record -> bool
  std::vector<KernelId> init;      // row -> record: key slots
  bool ordered = false;            // the key must be computed in the order of the events
};

// Rows that a window keeps one by one. Slots of an entry are 0 `time` ts, 1 `late` bool, which the
// window fills, then what `keep` stores.
struct HeldRows {
  RecordLayout entry;
  std::vector<KernelId> keep;  // row -> entry
};

// .window without an aggregate: when a window closes, the rows that it kept go on one after the other,
// as one batch.
struct WindowOperator {
  Windowing windowing;
  HeldRows held;
  KernelId restore = kNoKernel;  // entry as a row -> row of `table`
  TableId table = kNoTable;
  std::string text;  // keys, for dumps
};

// What the aggregate of a window that slides needs, since rows leave it again: entries hold the
// arguments of its functions. `merge` puts two parts of a window together; what cannot be put together
// lives in slots of type set.
struct SlidingFold {
  HeldRows held;
  KernelId fold = kNoKernel;    // entry as a row, record -> record with the row
  KernelId merge = kNoKernel;   // later part as a row, record -> record of both
  KernelId enter = kNoKernel;   // entry as a row, record: added to the sets; none without sets
  KernelId remove = kNoKernel;  // the same, taken out
};

// .partition_by .window .aggregate: replaces the rows of a window by one row per partition.
struct AggregateOperator {
  Windowing windowing;
  std::vector<KernelId> update;  // row, record -> record; empty if it HoldsEntries
  SlidingFold sliding;           // if it does
  KernelId finish = kNoKernel;   // record -> row of `table`
  TableId table = kNoTable;
  std::string text;  // keys and items, for dumps
};

// .order_by: the rows of a batch, sorted. They wait as rows of `table` until the batch has ended, their
// keys as rows of `key_table` (Any columns).
struct SortOperator {
  TableId table = kNoTable;
  std::vector<KernelId> kernels;
  TableId key_table = kNoTable;
  std::vector<KernelId> key_kernels;
  std::vector<bool> descending;  // per key
  std::string text;
};

// .process: runs the kernel, whose Collect instructions make the rows that replace the current one: an
// event of type `events[i]` (Plan::collected_types) becomes a row of `tables[i]`, which holds it whole,
// and goes on as variant i.
struct ProcessOperator {
  std::vector<KernelId> kernels;
  std::vector<uint32_t> events;
  std::vector<TableId> tables;
  std::string text;
};

using Operator =
    std::variant<FilterOperator, ProjectOperator, EmitOperator, ToOperator, PrintOperator,
                 WindowOperator, AggregateOperator, SortOperator, ProcessOperator, LimitOperator,
                 DistinctOperator, LogOperator, TapOperator, EnrichOperator, AlertOperator,
                 ForkOperator, PathEndOperator>;

inline bool Slides(WindowKind kind) {
  return kind == WindowKind::Sliding || kind == WindowKind::SlidingCount;
}
// The clock alone may make it put out something.
inline bool IsTimed(WindowKind kind) {
  return kind == WindowKind::Tumbling || kind == WindowKind::Sliding || kind == WindowKind::Session;
}
inline bool IsOnGrid(const Windowing& windowing) {
  return windowing.watermarked && windowing.kind != WindowKind::Session;
}
// An aggregate over it keeps what its rows are folded from, because they leave it one by one.
inline bool HoldsEntries(const Windowing& windowing) {
  return Slides(windowing.kind) && !IsOnGrid(windowing);
}
// The windowing of an operator, null if it has none.
const Windowing* WindowingOf(const Operator& op);

}  // namespace varpulis::ir
