#pragma once

// A program that runs up to a checkpoint, and on from one.

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "runtime/exec/executor.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {

class SavedRun {
 public:
  explicit SavedRun(const std::string& program, uint32_t workers = 1);
  // Goes on from the checkpoint; status() and report() say how that went.
  SavedRun(const std::string& program, const state::Checkpoint& checkpoint, uint32_t workers = 1);
  ~SavedRun();

  // Why the program was rejected, empty if it was not.
  const std::string& failure() const { return program_.failure(); }
  const Status& status() const { return status_; }
  const exec::RestoreReport& report() const { return report_; }

  // Processes the events, `rows` at a time.
  void Feed(const std::string& events, uint32_t rows = 3);
  state::Checkpoint Save() { return executor_->Save(); }
  bool has_stopped() const { return executor_->failure().has_value(); }
  void Finish() { executor_->Finish(true); }
  // Everything that was written since the last call.
  std::vector<std::string> Take();

 private:
  void Make(uint32_t workers, bool is_restored);

  ReplayProgram program_;
  std::shared_ptr<const kernel::RegexSet> regexes_;
  std::vector<std::string> lines_;
  std::unique_ptr<exec::JsonSink> sink_;
  std::unique_ptr<exec::Executor> executor_;
  Status status_;
  exec::RestoreReport report_;
};

}  // namespace varpulis::testing
