#include "cli/checkpoints.h"

#include <chrono>

#include <fmt/format.h>

#include "base/time.h"
#include "cli/interval.h"
#include "cli/output.h"
#include "cli/terminal.h"

namespace varpulis::cli {
namespace {

TimestampNs Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void ReportRestored(const std::string& path, const state::Checkpoint& checkpoint,
                    const exec::RestoreReport& report, bool is_same_program) {
  Say("{}: restored, {} events and {} outputs, taken {}\n", path, checkpoint.events,
      checkpoint.outputs, base::FormatTimestamp(checkpoint.created / kNsPerSecond * kNsPerSecond));
  if (is_same_program) return;
  for (const std::string& stream : report.reset)
    Say("  {} starts anew: what it keeps has another form than in the checkpoint\n", stream);
  for (const std::string& stream : report.fresh) Say("  {} is new\n", stream);
  for (const std::string& stream : report.dropped)
    Say("  {} is not in the program any more, what it kept is dropped\n", stream);
}

}  // namespace

void AddCheckpointOptions(CLI::App& command, CheckpointOptions& options) {
  command
      .add_option("--checkpoint-dir", options.folder,
                  "Take checkpoints there, and begin with the newest one")
      ->envname("VARPULIS_CHECKPOINT_DIR")
      ->type_name("DIR");
  command
      .add_option_function<std::string>(
          "--checkpoint-interval",
          [&options](const std::string& interval) {
            if (!ParseInterval(interval)) {
              throw CLI::ValidationError(
                  "--checkpoint-interval",
                  fmt::format("`{}` is neither seconds nor a duration such as 500ms", interval));
            }
            options.interval = interval;
          },
          "Time between two checkpoints, default 60 (seconds)")
      ->type_name("TIME");
  command.add_flag("--resume", options.resume,
                   "Read over the events of these files that the checkpoint has seen");
  command.add_flag("--no-restore", options.no_restore, "Leave checkpoints that are there alone");
}

bool CheckCheckpointOptions(const CheckpointOptions& options) {
  if (options.folder.empty() && options.resume) {
    Say("--resume goes on where a checkpoint was taken: it needs --checkpoint-dir\n");
    return false;
  }
  if (options.resume && options.no_restore) {
    Say("--resume and --no-restore ask for the opposite of each other\n");
    return false;
  }
  return true;
}

std::unique_ptr<exec::Executor> Checkpoints::Begin(const Make& make,
                                                   const std::vector<std::string>& files,
                                                   bool is_streaming, io::EventReader& reader) {
  if (options_.folder.empty()) return make(false);
  files_ = files;
  interval_ms_ = static_cast<double>(*ParseInterval(options_.interval)) / kNsPerMs;
  Result<state::CheckpointStore> store = state::CheckpointStore::Open(options_.folder);
  if (!store.ok()) {
    Say("--checkpoint-dir: {}\n", store.status().message());
    exit_code_ = kUsageError;
    return nullptr;
  }
  store_ = std::move(*store);
  std::unique_ptr<exec::Executor> executor;
  if (!options_.no_restore) executor = Restore(make);
  if (exit_code_ == kSuccess && positions_.is_known) Resume(is_streaming, reader);
  if (exit_code_ != kSuccess) return nullptr;
  positions_.is_streaming = is_streaming;
  last_ms_ = NowMs();
  return executor ? std::move(executor) : make(false);
}

// Null if there is no checkpoint, or, with an exit code, if there is none that can be taken over.
std::unique_ptr<exec::Executor> Checkpoints::Restore(const Make& make) {
  const Result<std::vector<uint64_t>> numbers = store_->Numbers();
  if (!numbers.ok()) {
    Say("{}\n", numbers.status().message());
    exit_code_ = kRuntimeError;
    return nullptr;
  }
  for (const uint64_t number : numbers.value()) {
    std::unique_ptr<exec::Executor> executor;
    const Status status = RestoreOne(number, make, executor);
    if (status.ok()) return executor;
    Say("{}\n", status.message());
    exit_code_ = kRuntimeError;
    // What a newer program has left must not be lost by going on from something older.
    if (status.code() == StatusCode::Unavailable) return nullptr;
  }
  if (exit_code_ != kSuccess)
    Say("no checkpoint can be restored; --no-restore begins without one\n");
  return nullptr;
}

Status Checkpoints::RestoreOne(uint64_t number, const Make& make,
                               std::unique_ptr<exec::Executor>& executor) {
  Result<state::Checkpoint> checkpoint = store_->Read(number);
  if (!checkpoint.ok()) return checkpoint.status();
  const std::string path = store_->PathOf(number);
  Result<InputPositions> positions = InputPositions::Of(*checkpoint);
  if (!positions.ok()) return positions.status().Within(path);
  executor = make(true);
  exec::RestoreReport report;
  if (Status status = executor->Restore(*checkpoint, report); !status.ok())
    return status.Within(path);
  positions_ = std::move(*positions);
  outputs_before_ = checkpoint->outputs;
  exit_code_ = kSuccess;
  ReportRestored(path, *checkpoint, report, checkpoint->program == program_);
  return Status();
}

void Checkpoints::Resume(bool is_streaming, io::EventReader& reader) {
  if (!options_.resume) return reader.GoOn(positions_.previous_time, {});
  // Which event is the n-th depends on it, where offsets decrease.
  if (is_streaming != positions_.is_streaming) {
    Say("--resume: the checkpoint was taken {} --streaming\n",
        positions_.is_streaming ? "with" : "without");
    exit_code_ = kUsageError;
    return;
  }
  std::vector<uint64_t> skip = positions_.ToSkip(files_);
  for (size_t i = 0; i < files_.size(); ++i) {
    if (skip[i] > 0) {
      Say("{}: goes on behind {} events\n", files_[i], skip[i]);
    } else {
      Say("{}: from its beginning, the checkpoint has not seen it\n", files_[i]);
    }
  }
  reader.GoOn(positions_.previous_time, std::move(skip));
}

void Checkpoints::AfterBatch(exec::Executor& executor, const io::EventReader& reader,
                             const io::ReaderPosition& position,
                             const std::function<void()>& flush) {
  if (!is_on() || NowMs() - last_ms_ < interval_ms_) return;
  flush();
  Save(executor, reader, position);
}

void Checkpoints::AtEnd(exec::Executor& executor, const io::EventReader& reader,
                        const std::function<void()>& flush) {
  if (!is_on()) return;
  flush();
  Save(executor, reader, reader.position());
}

void Checkpoints::AtStop(exec::Executor& executor, const io::EventReader& reader,
                         const std::optional<io::ReaderPosition>& position,
                         const std::function<void()>& flush, std::string_view signal) {
  flush();
  if (!position) {
    Say("stopped by {} in front of the first event\n", signal);
    return;
  }
  const std::optional<uint64_t> number = Save(executor, reader, *position);
  if (!number) {
    Say("stopped by {}\n", signal);
    return;
  }
  Say("stopped by {}: {} is behind {} events, --resume goes on there\n", signal,
      store_->PathOf(*number), executor.events());
}

std::optional<uint64_t> Checkpoints::Save(exec::Executor& executor, const io::EventReader& reader,
                                          const io::ReaderPosition& position) {
  positions_.Update(files_, reader, position);
  state::Checkpoint checkpoint = executor.Save();
  checkpoint.sections.push_back(positions_.Save());
  checkpoint.program = program_;
  checkpoint.engine = VPL_VERSION;
  checkpoint.created = Now();
  const Result<uint64_t> written = store_->Write(state::Encode(checkpoint));
  failed_ = !written.ok();
  if (failed_) Say("no checkpoint: {}\n", written.status().message());
  last_ms_ = NowMs();
  return written.ok() ? std::optional(written.value()) : std::nullopt;
}

}  // namespace varpulis::cli
