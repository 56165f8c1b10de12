#pragma once

// A program over its events in one of the ways in which the engine can run it. All ways must say
// the same.

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/kernel_abi.h"
#include "compiler/ir/plan.h"
#include "runtime/exec/bounds.h"
#include "runtime/kernel/kernel_table.h"
#include "runtime/state/checkpoint.h"

namespace varpulis::exec {
class Executor;
}

namespace varpulis::testing {

// "interp", "native-O0", "native-O2", "promote" (native from the middle on, one event per batch),
// "shards=4"; "checkpoint" (behind every event, of a long input behind a hundred of them, all that is
// remembered goes through bytes into a new engine), "checkpoint-shards" (the same, each time on another number of shards).
// Beside them, for programs with contexts: "contexts", each on a thread, and "contexts-checkpoint".
const std::vector<std::string>& AllModes();

struct ReplayResult {
  // CaseLine, printed and logged lines, in order; then `[STOP] why` or a `[METRIC]` line per series.
  std::vector<std::string> output;
  std::array<uint64_t, abi::kEvalErrorKinds> errors{};
  std::string failure;  // the program was rejected, an event was malformed; empty if it ran
};

// A compiled program, replayed as often as wanted. Not thread-safe.
class ReplayProgram {
 public:
  explicit ReplayProgram(const std::string& text);
  ~ReplayProgram();

  // Rendered diagnostics if the program is rejected, else empty.
  const std::string& failure() const { return failure_; }
  // For tests that plant a bug.
  ir::Plan& plan() {
    native_.clear();
    return plan_;
  }
  const ir::Plan& plan() const { return plan_; }
  // What lookups find (table_provider.h); without it nothing.
  void set_lookups(const std::string& lines) { lookups_ = lines; }
  // What is done to each checkpoint before it is restored.
  using Tamper = std::function<void(state::Checkpoint&)>;
  void set_tamper(Tamper tamper) { tamper_ = std::move(tamper); }
  void set_bounds(const exec::Bounds& bounds) { bounds_ = bounds; }
  ReplayResult Replay(const std::string& events, std::string_view mode) const;

 private:
  const kernel::KernelTable& Native(std::string_view mode) const;
  std::string RestoreFrom(const std::string& bytes, exec::Executor& executor) const;

  std::string failure_;
  ir::Plan plan_;
  std::string lookups_;
  exec::Bounds bounds_;
  Tamper tamper_;
  std::shared_ptr<const kernel::RegexSet> regexes_;
  mutable std::map<std::string, kernel::KernelTable, std::less<>> native_;  // by mode
};

}  // namespace varpulis::testing
