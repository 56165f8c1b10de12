#include "tests/replay/replay.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#endif
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/replay/output_line.h"
#include "tests/replay/table_provider.h"

namespace varpulis::testing {

namespace {

// Modes that need the JIT are not in AllModes() of a build without it.
#ifdef VPL_WITH_JIT
using jit::NativeCompiler;

kernel::KernelTable CompileNative(const ir::Plan& plan,
                                  std::shared_ptr<const kernel::RegexSet> regexes,
                                  std::string_view mode) {
  static auto unoptimised = NativeCompiler::Create(jit::OptLevel::O0);
  static auto optimised = NativeCompiler::Create(jit::OptLevel::O2);
  auto& compiler = mode == "native-O0" ? unoptimised : optimised;
  VPL_CHECK(compiler.ok(), "{}", compiler.status().message());
  auto table = (*compiler)->Compile(plan.kernels, std::move(regexes));
  VPL_CHECK(table.ok(), "{}", table.status().message());
  return std::move(*table);
}
#else
kernel::KernelTable CompileNative(const ir::Plan&, std::shared_ptr<const kernel::RegexSet>,
                                  std::string_view mode) {
  VPL_CHECK(false, "mode {} needs the JIT", mode);
}
#endif

// About so many are taken of a long input, so that their cost does not grow with its square.
constexpr uint64_t kCheckpoints = 100;

void AddLines(std::vector<std::string>& output, std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    output.push_back(CaseLine(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

// Deliveries, logs and alerts are output, too.
class CaseSink final : public exec::JsonSink {
 public:
  CaseSink(const ir::Plan& plan, std::vector<std::string>& output)
      : JsonSink([&](std::string_view lines) { AddLines(output, lines); },
                 [&](std::string_view line) { output.emplace_back(line); }),
        plan_(plan),
        output_(output) {
    set_log(ir::LogLevel::Trace,
            [&](ir::LogLevel, std::string_view line) { output.emplace_back(line); });
    set_alert([&](uint32_t alert, std::string_view body) {
      Flush();
      output_.push_back("[ALERT] " + plan_.alerts[alert].webhook + " " + std::string(body));
    });
  }

  bool Takes(uint32_t) const override { return true; }
  void Deliver(uint32_t egress, std::string_view topic, std::string_view event) override {
    Flush();
    output_.push_back(CaseLine(event) + " -> " + plan_.egresses[egress].binding.connector);
    if (!topic.empty()) output_.back() += " " + std::string(topic);
  }

 private:
  const ir::Plan& plan_;
  std::vector<std::string>& output_;
};

// Why the program stopped, or what it has counted.
void AddEnd(std::vector<std::string>& output, const exec::Executor& executor) {
  if (const auto failure = executor.failure()) {
    output.push_back("[STOP] " + failure->Text());
    return;
  }
  for (const exec::Metric& metric : executor.Metrics()) {
    output.push_back("[METRIC] " + metric.Text());
  }
}

}  // namespace

const std::vector<std::string>& AllModes() {
#ifdef VPL_WITH_JIT
  static const std::vector<std::string> kModes = {
      "interp", "native-O0", "native-O2", "promote", "shards=4", "checkpoint", "checkpoint-shards"};
#else
  static const std::vector<std::string> kModes = {"interp", "shards=4", "checkpoint",
                                                  "checkpoint-shards"};
#endif
  return kModes;
}

ReplayProgram::ReplayProgram(const std::string& text) {
  source::SourceMap sources("program.vpl", text);
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  auto compiled = driver::Compile(sources, diagnostics, options);
  if (!compiled.ok) {
    for (const auto& diagnostic : diagnostics.Sorted()) {
      failure_ += diagnostics::Render(diagnostic, sources, {});
    }
    return;
  }
  plan_ = std::move(compiled.plan);
  auto regexes = kernel::CompileRegexes(plan_.kernels);
  VPL_CHECK(regexes.ok(), "{}", regexes.status().message());
  regexes_ = *regexes;
}

ReplayProgram::~ReplayProgram() = default;

// Compiled once, however often it is replayed.
const kernel::KernelTable& ReplayProgram::Native(std::string_view mode) const {
  auto found = native_.find(mode);
  if (found == native_.end())
    found = native_.emplace(mode, CompileNative(plan_, regexes_, mode)).first;
  return found->second;
}

// What goes wrong, empty if nothing does. What was restored is saved as the very same bytes.
std::string ReplayProgram::RestoreFrom(const std::string& bytes, exec::Executor& executor) const {
  Result<state::Checkpoint> checkpoint = state::Decode(bytes);
  if (!checkpoint.ok()) return checkpoint.status().message();
  if (tamper_) tamper_(*checkpoint);
  exec::RestoreReport report;
  const Status restored = executor.Restore(*checkpoint, report);
  if (!restored.ok()) return restored.message();
  if (tamper_) return "";
  if (report.restored.size() != plan_.streams.size()) return "not all streams were restored";
  const state::Checkpoint again = executor.Save();
  // Counters of several go to the first of them.
  if (again.shards == 1 && checkpoint->shards == 1 && state::Encode(again) != bytes)
    return "what was restored is not what was saved";
  return "";
}

ReplayResult ReplayProgram::Replay(const std::string& events, std::string_view mode) const {
  ReplayResult result;
  CaseSink sink(plan_, result.output);
  TableProvider provider(plan_, lookups_);
  const bool sharded = mode == "shards=4";
  const auto make = [&](uint32_t workers, bool is_restored) {
    return exec::MakeExecutor(plan_, workers, interp::InterpretedTable(plan_.kernels, regexes_),
                              sink,
                              {bounds_, {}, &provider, is_restored, mode.starts_with("contexts")});
  };
  auto executor = make(sharded ? 4 : 1, false);
  result.failure = executor->load_failure();
  if (!result.failure.empty()) return result;
  const auto promote = [&] { executor->Promote(Native(mode)); };
  if (mode.starts_with("native")) promote();
  io::ReaderOptions options;
  // Several batches even for a short input.
  const bool is_saved = mode.starts_with("checkpoint") || mode == "contexts-checkpoint";
  if (mode == "promote" || is_saved) options.batch_rows = 1;
  if (sharded || mode == "contexts") options.batch_rows = 3;
  const auto lines = static_cast<uint64_t>(std::count(events.begin(), events.end(), '\n'));
  auto reader = io::EventReader::OverText("input", events, plan_, options);
  row::Batch batch(plan_);
  uint32_t turn = 0;
  for (;;) {
    Result<bool> more = reader->Next(batch);
    if (!more.ok()) result.failure = more.status().message();
    if (!more.ok() || !*more) break;
    executor->Start(batch);
    executor->Wait();
    if (executor->failure()) break;
    if (is_saved && reader->statistics().events % (1 + lines / kCheckpoints) == 0) {
      const uint32_t workers = mode != "checkpoint-shards" ? 1 : 1 + turn++ % 4;
      const std::string bytes = state::Encode(executor->Save());
      executor = make(workers, true);
      result.failure = RestoreFrom(bytes, *executor);
      if (!result.failure.empty()) break;
    }
    const bool midway = reader->statistics().events >= lines / 2;
    if (mode == "promote" && midway && !executor->native()) promote();
  }
  if (result.failure.empty()) executor->Finish(true);
  sink.Flush();
  AddEnd(result.output, *executor);
  result.errors = executor->errors();
  return result;
}

}  // namespace varpulis::testing
