#include "tests/checkpoints/saved_run.h"

#include <utility>

#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/replay/output_line.h"

namespace varpulis::testing {

SavedRun::SavedRun(const std::string& program, uint32_t workers) : program_(program) {
  Make(workers, false);
}

SavedRun::SavedRun(const std::string& program, const state::Checkpoint& checkpoint,
                   uint32_t workers)
    : program_(program) {
  Make(workers, true);
  if (executor_) status_ = executor_->Restore(checkpoint, report_);
}

SavedRun::~SavedRun() = default;

void SavedRun::Make(uint32_t workers, bool is_restored) {
  if (!program_.failure().empty()) return;
  const ir::Plan& plan = program_.plan();
  regexes_ = *kernel::CompileRegexes(plan.kernels);
  const auto keep = [this](std::string_view lines) { lines_.emplace_back(lines); };
  // A block of one byte hands over every line by itself.
  sink_ = std::make_unique<exec::JsonSink>(
      [this](std::string_view line) {
        lines_.push_back(CaseLine(line.substr(0, line.size() - 1)));
      },
      keep, 1);
  executor_ = exec::MakeExecutor(plan, workers, interp::InterpretedTable(plan.kernels, regexes_),
                                 *sink_, {{}, {}, nullptr, is_restored});
}

void SavedRun::Feed(const std::string& events, uint32_t rows) {
  io::ReaderOptions options;
  options.skip_bad = true;
  options.batch_rows = rows;
  const auto reader = io::EventReader::OverText("input", events, program_.plan(), options);
  row::Batch batch(program_.plan());
  while (!has_stopped()) {
    const Result<bool> more = reader->Next(batch);
    if (!more.ok() || !more.value()) return;
    executor_->Start(batch);
    executor_->Wait();
  }
}

std::vector<std::string> SavedRun::Take() { return std::exchange(lines_, {}); }

}  // namespace varpulis::testing
