#pragma once

// Operators that look at one row at a time and need no window: they pass, drop, observe or multiply
// rows. Each kernel list has one entry per input variant (plan.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/record_layout.h"

namespace varpulis::ir {

using TableId = uint32_t;
inline constexpr TableId kNoTable = UINT32_MAX;

// What becomes of a row when an operator counts an evaluation error for it (language.md 4.9): it goes
// on without the value, it is dropped before the operator has an effect, the pipeline fails, or a
// handler says what goes on in its place.
enum class ErrorPolicy : uint8_t { Null, Skip, Stop, Handle };
std::string_view PolicyName(ErrorPolicy policy);
struct OnError {
  ErrorPolicy policy = ErrorPolicy::Null;
  uint32_t handler = 0;  // Handle: into StreamPlan::handlers
  std::string stage;     // Handle: the operator as the program calls it
  // The program has a handler that says so. What may fail without an evaluation error, as a lookup
  // does, drops the row where nothing is said, and lets it pass where `"null"` is.
  bool is_written = false;
};

// `.on_error(err => e)`: makes a row of `table` of the row that failed, by the table of that row. The
// cell of its only column is absent if the row is dropped; otherwise it goes on at operator `resume`,
// as its first variant.
struct ErrorHandler {
  TableId table = kNoTable;
  size_t resume = 0;
  std::vector<std::pair<TableId, KernelId>> kernels;
};

// .limit, .first: passes that many rows in the stream's life.
struct LimitOperator {
  int64_t rows = 0;
};

// .distinct: passes a row whose key is not among the ones seen last (limits::kMaxDistinctKeys). The
// key is evaluated once, into the only column of `table`; the other kernels read it there.
struct DistinctOperator {
  TableId table = kNoTable;
  std::vector<KernelId> kernels;
  RecordLayout record;            // slot 0: the key
  KernelId hash = kNoKernel;      // key -> i64
  KernelId same_key = kNoKernel;  // key, record -> bool
  KernelId init = kNoKernel;      // key -> record
  std::string text;               // the key, for dumps
};

enum class LogLevel : uint8_t { Trace, Debug, Info, Warn, Error };
std::string_view LevelName(LogLevel level);
// `warning` is Warn; what is no level is Info.
LogLevel ParseLevel(std::string_view word);

// .log: one record. `table` has the Any columns level, message and data.
struct LogOperator {
  std::optional<LogLevel> level;  // absent: the word in column `level`
  TableId table = kNoTable;
  std::vector<KernelId> kernels;
};

// .tap: counts, measures and records. `table` has Any columns: the labels, the gauge's value if there
// is a gauge, then what is recorded.
struct TapOperator {
  std::string counter;  // empty: none
  std::string gauge;    // empty: none
  std::vector<std::string> labels;
  std::vector<std::string> recorded;
  TableId table = kNoTable;
  std::vector<KernelId> kernels;
};

// .enrich: looks a key up (Plan::lookups) and makes a row of `tables[variant]` of the current one, with
// the answer's fields. What stays of the row is up to the kernels: they find the fields, `enrich_status`
// and `enrich_latency_ms` in the map that the builtin `answer` gives.
struct EnrichOperator {
  uint32_t lookup = 0;  // into Plan::lookups
  // Any columns: the key, then what every field is after a failure, if there is a fallback.
  TableId key_table = kNoTable;
  std::vector<KernelId> keys;
  bool has_fallback = false;
  // The keys of rows that enter the stream, per input: they may be looked up before their turn. Empty
  // if what the key reads is not known by then.
  std::vector<KernelId> early_keys;
  std::vector<TableId> tables;
  std::vector<KernelId> kernels;
  std::vector<std::string> fields;
  DurationNs cache_ttl = 0;  // 0: nothing is remembered
  std::string text;          // the key, for dumps
};

// .alert: a message per row. `table` has the Any columns that the parts name, or one with the whole event
// if there is no part.
struct AlertOperator {
  struct Part {
    std::string text;  // as written; of a placeholder it stays where the column has no value
    int column = -1;   // of a placeholder
  };
  uint32_t alert = 0;  // into Plan::alerts
  std::vector<Part> parts;
  TableId table = kNoTable;
  std::vector<KernelId> kernels;
};

// .fork: the row runs through every path, one after the other. The operators of the paths follow this
// one, path by path, each path ended by a PathEndOperator; those behind the fork begin at `next`.
struct ForkOperator {
  enum class Combine : uint8_t {
    Each,     // what a path puts out goes on at once, with `_path`
    First,    // the same, of the first path that puts out something
    AtLeast,  // .all .any: one row of `table` if `needed` paths put out something
  };
  struct Path {
    std::string name;
    size_t begin = 0;  // index of its first operator
  };
  std::vector<Path> paths;
  size_t next = 0;
  Combine combine = Combine::Each;
  uint32_t needed = 0;
  TableId table = kNoTable;       // AtLeast: the fields of the row, then those of each path's last
  std::vector<KernelId> kernels;  // AtLeast: write the first of these columns
};

// The end of a path of the ForkOperator at index `fork`.
struct PathEndOperator {
  size_t fork = 0;
  uint32_t path = 0;
  TableId table = kNoTable;   // the row that goes on; AtLeast: that of the fork
  uint32_t first_column = 0;  // the kernels write the columns from this one on
  std::vector<KernelId> kernels;
};

}  // namespace varpulis::ir
