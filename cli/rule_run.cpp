#include "cli/rule_run.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "cli/load_program.h"
#include "cli/output.h"
#include "cli/simulate.h"
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"

namespace varpulis::cli {
namespace {

// Many rules over a short recording are done before their code would be compiled.
constexpr uint64_t kInterpretedEvents = 50'000;

RuleOutcome Failed(ExitCode code, std::string why) { return {code, std::move(why) + "\n", {}, 0}; }

// The alerts of whole lines.
void ReadAlerts(std::string_view lines, std::vector<Alert>& alerts) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    alerts.push_back(ReadAlert(lines.substr(0, end)));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
}

// Until the end of the events, or something stops the program.
RuleOutcome ReadAll(io::EventReader& reader, const ir::Plan& plan, exec::Executor& executor,
                    const std::shared_ptr<const kernel::RegexSet>& regexes) {
  row::Batch batch(plan);
  std::optional<Tiering> tiering;
  while (true) {
    Result<bool> more = reader.Next(batch);
    if (!more.ok()) {
      const bool malformed = more.status().code() == StatusCode::Malformed;
      return Failed(malformed ? kProgramError : kUsageError, more.status().message());
    }
    if (!*more) break;
    if (tiering) {
      tiering->Poll(executor);
    } else if (reader.statistics().events > kInterpretedEvents) {
      tiering.emplace("auto");
      if (Status started = tiering->Start(plan.kernels, regexes, executor); !started.ok())
        return Failed(kRuntimeError, started.message());
    }
    executor.Start(batch);
    executor.Wait();
    if (executor.failure()) break;
  }
  executor.Finish(true);
  if (const auto failure = executor.failure()) {
    return Failed(kProgramError,
                  fmt::format("stopped by {}: {}", failure->asked_by, failure->Text()));
  }
  return {};
}

RuleOutcome RunPlan(const std::string& file, const std::vector<std::string>& events,
                    const ir::Plan& plan) {
  auto regexes = kernel::CompileRegexes(plan.kernels, 1);
  if (!regexes.ok()) return Failed(kRuntimeError, regexes.status().message());
  io::ReaderOptions reading;
  reading.streaming = true;
  auto reader = io::EventReader::Open(events, plan, reading);
  if (!reader.ok()) return Failed(kUsageError, reader.status().message());
  std::vector<Alert> alerts;
  exec::JsonSink sink([&](std::string_view lines) { ReadAlerts(lines, alerts); },
                      [](std::string_view) {});
  const auto executor = exec::MakeExecutor(
      plan, 1, interp::InterpretedTable(plan.kernels, *regexes), sink, exec::ExecutorOptions{});
  if (!executor->load_failure().empty())
    return Failed(kProgramError, file + ": " + executor->load_failure());
  RuleOutcome outcome = ReadAll(**reader, plan, *executor, *regexes);
  sink.Flush();
  outcome.alerts = std::move(alerts);
  outcome.events = (*reader)->statistics().events;
  return outcome;
}

}  // namespace

std::vector<std::string> RuleFiles(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (fs::exists(path, error)) return {path};
    Say("{}: no such file or folder\n", path);
    return {};
  }
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file() && it->path().extension() == ".vpl") files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  if (error) {
    Say("{}: {}\n", path, error.message());
    return {};
  }
  if (files.empty()) Say("{}: no .vpl file is below it\n", path);
  return files;
}

std::vector<RuleOutcome> RunRules(const std::vector<std::string>& files,
                                  const std::vector<std::string>& events,
                                  const DiagnosticOptions& diagnostics, unsigned workers) {
  std::vector<RuleOutcome> outcomes(files.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      const LoadedProgram loaded = LoadProgram(files[i], diagnostics);
      if (loaded.exit_code != kSuccess) {
        outcomes[i].exit_code = loaded.exit_code;  // the diagnostics have been shown
      } else {
        outcomes[i] = RunPlan(files[i], events, loaded.program.plan);
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return outcomes;
}

ExitCode ReportOutcomes(const std::vector<RuleOutcome>& outcomes) {
  ExitCode worst = kSuccess;
  for (const RuleOutcome& outcome : outcomes) {
    Say("{}", outcome.said);
    worst = std::max(worst, outcome.exit_code);
  }
  return worst;
}

}  // namespace varpulis::cli
