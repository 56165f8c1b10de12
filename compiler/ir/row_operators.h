#pragma once

// Operators that look at one row at a time and need no window: they pass, drop, observe or multiply
// rows. Each kernel list has one entry per input variant (plan.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
