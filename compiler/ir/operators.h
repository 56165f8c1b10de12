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

namespace varpulis::ir {

// .where, .having: keeps the row iff the predicate is true.
struct FilterOperator {
  std::vector<KernelId> predicates;
  std::string text;  // the condition, for dumps
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
  None,      // running aggregate: every row updates its group and outputs it
  Tumbling,  // language.md 4.3, decision D17: opened by the first row of the partition
  Count,     // closes on the n-th row of the partition
};

// .partition_by .window .aggregate: replaces the rows of a window by one row per partition.
struct AggregateOperator {
  WindowKind window = WindowKind::None;
  int64_t size = 0;            // ns or rows
  RecordLayout record;         // slot 0 `opened` ts, 1 `last` ts, 2 `rows` i64, then keys, states
  std::vector<KernelId> hash;  // row -> i64 key hash; empty: no partitioning
  std::vector<KernelId> same_key;  // row, record -> bool
  std::vector<KernelId> init;      // row -> record: key slots
  std::vector<KernelId> update;    // row, record -> record
  KernelId finish = kNoKernel;     // record -> row of `table`
  TableId table = kNoTable;
  bool ordered = false;  // the key must be computed in the order of the events
  std::string text;      // keys and items, for dumps
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
                 AggregateOperator, ProcessOperator, LimitOperator, DistinctOperator, LogOperator,
                 TapOperator, ForkOperator, PathEndOperator>;

}  // namespace varpulis::ir
