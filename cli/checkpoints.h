#pragma once

// `simulate --checkpoint-dir`: the newest checkpoint that can be read is where a replay begins, further ones are
// taken while it goes on, and the last one before the end of the input fires what is open (decision E6).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/input_positions.h"
#include "runtime/exec/executor.h"
#include "runtime/state/checkpoint_store.h"

namespace varpulis::cli {

struct CheckpointOptions {
  std::string folder;  // empty: no checkpoints
  std::string interval = "60";
  bool resume = false;
  bool no_restore = false;
};
// Flags that set `options`, which lives as long as the command.
void AddCheckpointOptions(CLI::App& command, CheckpointOptions& options);
// Of what belongs together: a line on standard error for what is missing, else true.
bool CheckCheckpointOptions(const CheckpointOptions& options);

class Checkpoints {
 public:
  // `options` outlives the object. `program` is the text of the program's file.
  Checkpoints(const CheckpointOptions& options, std::string_view program)
      : options_(options), program_(state::Checksum(program)) {}

  // The executor with which the replay begins: restored, or a new one. `make` makes one; null, said, if no
  // checkpoint can be taken over: then exit_code() is the command's. The reader, of which nothing has been
  // read, goes on where the checkpoint was taken.
  using Make = std::function<std::unique_ptr<exec::Executor>(bool is_restored)>;
  std::unique_ptr<exec::Executor> Begin(const Make& make, const std::vector<std::string>& files,
                                        bool is_streaming, io::EventReader& reader);
  ExitCode exit_code() const { return exit_code_; }
  // Outputs that were written before this replay.
  uint64_t outputs_before() const { return outputs_before_; }

  // Between two batches, whose outputs have been written by `flush`: takes a checkpoint if it is time for
  // one. The position is that behind the events that the executor has seen.
  void AfterBatch(exec::Executor& executor, const io::EventReader& reader,
                  const io::ReaderPosition& position, const std::function<void()>& flush);
  // Behind the last event.
  void AtEnd(exec::Executor& executor, const io::EventReader& reader,
             const std::function<void()>& flush);
  // Between two batches of a replay that was asked to stop by the signal: takes one, and says so. Without a
  // position no batch has been processed yet, and what there is holds.
  void AtStop(exec::Executor& executor, const io::EventReader& reader,
              const std::optional<io::ReaderPosition>& position, const std::function<void()>& flush,
              std::string_view signal);
  // The last attempt to write one has failed, which was said.
  bool failed() const { return failed_; }

 private:
  bool is_on() const { return store_.has_value(); }
  std::unique_ptr<exec::Executor> Restore(const Make& make);
  Status RestoreOne(uint64_t number, const Make& make, std::unique_ptr<exec::Executor>& executor);
  void Resume(bool is_streaming, io::EventReader& reader);
  // The number of the checkpoint; nothing, said, if it could not be written.
  std::optional<uint64_t> Save(exec::Executor& executor, const io::EventReader& reader,
                               const io::ReaderPosition& position);

  const CheckpointOptions& options_;
  const uint64_t program_;
  std::optional<state::CheckpointStore> store_;
  std::vector<std::string> files_;
  InputPositions positions_;
  double interval_ms_ = 0;
  double last_ms_ = 0;
  uint64_t outputs_before_ = 0;
  bool failed_ = false;
  ExitCode exit_code_ = kSuccess;
};

}  // namespace varpulis::cli
