#include "cli/simulate.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/bounds.h"
#include "cli/checkpoints.h"
#include "cli/commands.h"
#include "cli/contexts.h"
#include "cli/deliveries.h"
#include "cli/load_program.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/reader_options.h"
#include "cli/services.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/trace.h"
#include "cli/watched_files.h"
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"

namespace varpulis::cli {
namespace {

struct Options {
  std::string program;
  std::vector<std::string> events;
  std::string engine = "auto";
  std::string format = "json";
  io::ReaderOptions reader;
  exec::Bounds bounds;
  CheckpointOptions checkpoints;
  std::optional<std::string> trace;  // the stream, `` for all
  int workers = 1;
  bool quiet = false;
  bool no_flush = false;
  bool offline = false;
  bool immediate = false;
  bool verbose = false;
  bool watch = false;
  DiagnosticOptions diagnostics;
};

std::string WhyNothing(const exec::StreamStatistics& stream) {
  if (stream.rows_in == 0) return "no event passed its source filter";
  if (stream.is_forecast) {
    return fmt::format(
        "{} predictions of {} runs, {} during the warm-up, {} below the least probability",
        stream.forecast.predictions, stream.pattern.opened, stream.forecast.silent,
        stream.forecast.below);
  }
  if (!stream.is_pattern) return fmt::format("{} rows came in, none passed", stream.rows_in);
  return fmt::format("{} runs opened, {} expired, {} open at the end (see --trace {})",
                     stream.pattern.opened, stream.pattern.expired, stream.open_runs, stream.name);
}

// Streams without outputs that are listed by name; a pack of rules has thousands of them.
constexpr size_t kMostSilent = 50;

void ReportStreams(const exec::Executor& executor) {
  size_t silent = 0;
  for (const exec::StreamStatistics& stream : executor.Statistics()) {
    if (stream.late > 0) Say("{:>9} late events of {} dropped\n", stream.late, stream.name);
    ReportLookups(stream);
    if (!stream.emits) continue;
    if (stream.outputs > 0) {
      Say("{:>9} {}  first {}  last {}\n", stream.outputs, stream.name,
          base::FormatTimestamp(stream.first_output), base::FormatTimestamp(stream.last_output));
    } else if (++silent <= kMostSilent) {
      Say("{:>9} {}  no {}: {}\n", 0, stream.name, stream.is_forecast ? "forecast" : "match",
          WhyNothing(stream));
    }
    ReportLosses(stream);
  }
  if (silent > kMostSilent) {
    Say("{:>9} {} more streams without a match\n", 0, silent - kMostSilent);
  }
}

void ReportInput(const io::ReaderStatistics& input, bool skip_bad, const exec::Executor& executor) {
  // Without --skip-bad the one malformed line has been shown, and ended the replay.
  if (skip_bad && input.bad_lines > 0) {
    Say("{} malformed lines skipped:\n", input.bad_lines);
    for (const std::string& bad : input.first_bad) Say("  {}\n", bad);
  }
  if (input.schema_violations > 0) {
    Say("{} declared fields were absent or of another type\n", input.schema_violations);
  }
  if (input.unreadable_times > 0) {
    Say("{} event times could not be read\n", input.unreadable_times);
  }
  const auto errors = executor.errors();
  for (size_t i = 0; i < errors.size(); ++i) {
    if (errors[i] == 0) continue;
    Say("{} evaluation errors of kind {}\n", errors[i],
        exec::ErrorName(static_cast<abi::EvalError>(i)));
  }
}

void ReportMetrics(const exec::Executor& executor) {
  for (const exec::Metric& metric : executor.Metrics()) Say("{}\n", metric.Text());
}

// kProgramError, said, if something has stopped the program.
int ReportFailure(const exec::Executor& executor) {
  const std::optional<exec::Failure> failure = executor.failure();
  if (!failure) return kSuccess;
  Say("stopped by {}: {}\n", failure->asked_by, failure->Text());
  return kProgramError;
}

// The pace of a timed replay: a batch starts when its arrival lies behind the beginning of the replay by as
// much as the wall's time does.
class Pace {
 public:
  // False if the replay was asked to stop meanwhile; `signals` may be null.
  bool WaitFor(const row::Batch& batch, Signals* signals) const {
    const auto time = begin_ + std::chrono::nanoseconds(batch.arrival);
    if (signals != nullptr) return !signals->WaitForStopUntil(time);
    std::this_thread::sleep_until(time);
    return true;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// What a replay consists of.
struct Parts {
  io::EventReader& reader;
  const ir::Plan& plan;
  exec::Executor& executor;
  exec::JsonSink& sink;
  const std::optional<Pace>& pace;
  Tiering& tiering;
  Checkpoints& checkpoints;
  Progress& progress;
  Signals* signals;  // null: signals do what they do to any process
};

// How a replay ends.
struct Ending {
  int exit_code = kSuccess;
  bool is_stopped = false;  // a signal has asked for it, in front of the end of the input
};

// Reads one batch while the executor works on the other; with a pace, what a batch causes is shown before
// the next one is waited for.
Ending ReplayBatches(const Parts& parts) {
  const auto& [reader, plan, executor, sink, pace, tiering, checkpoints, progress, signals] = parts;
  row::Batch batches[2] = {row::Batch(plan), row::Batch(plan)};
  const auto flush = [&sink = sink] { sink.Flush(); };
  // Behind the batch that is under way, the reader is ahead of it; nothing before the first one.
  std::optional<io::ReaderPosition> position;
  for (size_t turn = 0;; turn ^= 1) {
    const char* signal = signals != nullptr ? signals->stopped_by() : nullptr;
    Result<bool> more = signal == nullptr ? reader.Next(batches[turn]) : Result<bool>(false);
    executor.Wait();
    if (const int failed = ReportFailure(executor); failed != kSuccess) return {failed};
    // The input that was waited for may be what the signal has ended.
    if (signal == nullptr && !more.ok() && signals != nullptr &&
        more.status().code() == StatusCode::Unavailable)
      signal = signals->stopped_by();
    if (signal != nullptr) {
      checkpoints.AtStop(executor, reader, position, flush, signal);
      return {.is_stopped = true};
    }
    if (more.ok() && *more && position) checkpoints.AfterBatch(executor, reader, *position, flush);
    if (!more.ok()) {
      Say("{}\n", more.status().message());
      return {more.status().code() == StatusCode::Malformed ? kProgramError : kUsageError};
    }
    if (!*more) {
      checkpoints.AtEnd(executor, reader, flush);
      return {};
    }
    tiering.Poll(executor);
    if (pace) {
      sink.Flush();
      if (!pace->WaitFor(batches[turn], signals)) continue;
    }
    position = reader.position();
    executor.Start(batches[turn]);
    if (pace) {
      executor.Wait();
      sink.Flush();
    }
    progress.Update();
  }
}

int Replay(const Options& options, const ir::Plan& plan, std::string_view program, double begin) {
  // A replay without checkpoints leaves nothing that would be worth an orderly end.
  std::optional<Signals> signals;
  if (!options.checkpoints.folder.empty()) signals.emplace(Signals::Hangup::Default).Start();
  auto regexes = kernel::CompileRegexes(plan.kernels, std::thread::hardware_concurrency());
  if (!regexes.ok()) {
    Say("{}\n", regexes.status().message());
    return kRuntimeError;
  }
  io::ReaderOptions reading = options.reader;
  if (signals) reading.stop_fd = signals->stop_fd();
  auto reader = io::EventReader::Open(options.events, plan, reading);
  if (!reader.ok()) {
    Say("{}\n", reader.status().message());
    return kUsageError;
  }
  Tiering tiering(options.engine);
  Deliveries deliveries(plan);
  DeliveringSink sink(
      deliveries,
      [&](std::string_view lines) {
        if (!options.quiet) WriteStandardOutput(lines);
      },
      [&](std::string_view line) {
        if (options.format == "text") {
          Show("{}\n", line);
        } else {
          Say("{}\n", line);
        }
      });
  sink.set_human(options.format == "text");
  sink.set_log(options.verbose ? ir::LogLevel::Trace : ir::LogLevel::Warn,
               [](ir::LogLevel, std::string_view line) { Say("{}\n", line); });
  // There is nothing to gain from more threads than one that waits.
  const auto workers = options.reader.timed ? 1 : static_cast<uint32_t>(options.workers);
  std::unique_ptr<TraceView> trace;
  if (options.trace) {
    const TraceOutput out = options.format == "text" ? WriteStandardOutput : WriteStandardError;
    trace = OpenTrace(plan, *options.trace, options.events, options.reader, out);
    if (!trace) return kUsageError;
  }
  Services services(plan, options.offline);
  services.Serve(sink);
  exec::ExecutorOptions executing{options.bounds, {}, services.provider()};
  executing.by_context = !options.reader.timed;
  // Behind everything that may be wrong with the arguments, in front of the first event.
  if (!options.offline) {
    if (const int code = deliveries.Begin(); code != kSuccess) return code;
  }
  if (trace) executing.trace = [&](const exec::TraceEntry& entry) { trace->Write(entry); };
  Checkpoints checkpoints(options.checkpoints, program);
  const auto executor = checkpoints.Begin(
      [&](bool is_restored) {
        executing.is_restored = is_restored;
        return exec::MakeExecutor(plan, workers, interp::InterpretedTable(plan.kernels, *regexes),
                                  sink, executing);
      },
      options.events, options.reader.streaming, **reader);
  if (!executor) return checkpoints.exit_code();
  if (!executor->load_failure().empty()) {
    Say("{}: {}\n0 events, 0 outputs: the program cannot be loaded\n", options.program,
        executor->load_failure());
    return kProgramError;
  }
  if (workers > 1 && !plan.serial_reason.empty()) {
    Say("warning[W090]: the program runs on one worker: {}\n", plan.serial_reason);
  }
  if (workers == 1 && executing.by_context && !trace) AnnounceContexts(plan);
  if (Status started = tiering.Start(plan.kernels, *regexes, *executor); !started.ok()) {
    Say("{}\n", started.message());
    return kRuntimeError;
  }
  Say("{}: {} streams; {} after {:.0f} ms\n", options.program, plan.streams.size(),
      executor->native() ? "native" : "interpreted", NowMs() - begin);
  if (!options.offline) deliveries.Announce();
  services.Announce();
  Progress progress((*reader)->statistics());
  double replay_begin = NowMs();
  std::optional<Pace> pace;
  if (options.reader.timed) pace.emplace();
  const Ending ending = ReplayBatches({**reader, plan, *executor, sink, pace, tiering, checkpoints,
                                       progress, signals ? &*signals : nullptr});
  int exit_code = ending.exit_code;
  // A malformed line or a signal ends the replay where it stands: nothing fires that the input did not reach.
  if (exit_code == kSuccess && !ending.is_stopped) {
    executor->Finish(!options.no_flush);
    exit_code = ReportFailure(*executor);
  }
  if (exit_code == kSuccess && checkpoints.failed()) exit_code = kRuntimeError;
  sink.Flush();
  progress.Done();
  services.Finish();
  deliveries.Finish();
  if (trace) trace->Finish();
  double seconds = (NowMs() - replay_begin) / 1000;
  const io::ReaderStatistics& input = (*reader)->statistics();
  // Behind the row that stopped the program, shards may have counted more than was put out.
  if (!executor->failure()) {
    ReportStreams(*executor);
    if (options.verbose) ReportMetrics(*executor);
  }
  ReportInput(input, options.reader.skip_bad, *executor);
  double rate = seconds > 0 ? static_cast<double>(input.events) / seconds : 0;
  // Digits that programs can read, unless a person does (decision D25).
  const std::string speed =
      IsTerminal(STDERR_FILENO) ? Readable(rate) : fmt::format("{:.0f}", rate);
  Say("{} events, {} outputs, {:.2f} s, {} events/s, {} at the end\n", input.events,
      executor->outputs() - checkpoints.outputs_before(), seconds, speed,
      executor->native() ? "native" : "interpreted");
  return exit_code;
}

// kUsageError, said, if the options contradict each other.
int CheckOptions(const Options& options) {
  const auto in = std::count(options.events.begin(), options.events.end(), "-");
  const auto read = in + (options.program == "-" ? 1 : 0);
  const char* complaint = nullptr;
  if (read > 1) complaint = "standard input can be read only once";
  if (options.reader.timed && options.immediate)
    complaint = "--timed and --immediate ask for the opposite of each other";
  if (options.watch && read > 0) complaint = "--watch: standard input cannot be read again";
  if (options.watch && !options.checkpoints.folder.empty())
    complaint = "--watch starts from the beginning, --checkpoint-dir goes on where it was";
  if (complaint != nullptr) Say("{}\n", complaint);
  return complaint == nullptr && CheckCheckpointOptions(options.checkpoints) ? kSuccess
                                                                             : kUsageError;
}

int Simulate(Options options, WatchedFiles& files) {
  const double begin = NowMs();
  files.Note(options.program);
  for (const std::string& path : options.events) files.Note(path);
  driver::CompileOptions compile;
  compile.files = ProgramFiles(files);
  if (options.trace) {
    // One worker, so that things happen in the order in which they are told.
    options.workers = 1;
    options.reader.keep_unread_types = true;
    compile.for_trace = true;
  }
  LoadedProgram loaded = LoadProgram(options.program, options.diagnostics, std::move(compile));
  if (loaded.exit_code == kProgramError) {
    Say("0 events, 0 outputs: the program has {} error(s), {} warning(s)\n",
        loaded.diagnostics.errors(), loaded.diagnostics.warnings());
  }
  if (loaded.exit_code != kSuccess) return loaded.exit_code;
  return Replay(options, loaded.program.plan, loaded.sources->main().text(), begin);
}

// Until a signal ends it.
int SimulateAgainAndAgain(const Options& options) {
  while (true) {
    WatchedFiles files;
    (void)Simulate(options, files);
    Say("watching {} files, runs again when one changes\n", files.size());
    Say("\n{} has changed\n", files.WaitForChange());
  }
}

}  // namespace

void AddSimulate(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("simulate", "Replay event files through a program");
  command->footer("Example: varpulis simulate -p fraud.vpl -e events.jsonl > alerts.jsonl");
  command->add_option("-p,--program", options->program, "VPL file, `-` is standard input")
      ->required();
  command
      ->add_option("-e,--events", options->events,
                   "Event files (.jsonl, .evt, .csv), `-` is standard input")
      ->required();
  command->add_option("--engine", options->engine, "auto starts interpreted and goes native")
      ->check(CLI::IsMember({"auto", "interp", "native"}));
  command->add_option("--format", options->format, "json: flat lines on standard output")
      ->check(CLI::IsMember({"json", "text"}));
  command->add_option("-w,--workers", options->workers, "Worker threads")
      ->check(CLI::Range(1, 256));
  command->add_flag("-q,--quiet", options->quiet, "Count outputs, print none");
  command->add_flag("-v,--verbose", options->verbose,
                    "Log records of every level, and what .tap counted");
  command
      ->add_option("--trace", options->trace,
                   "What became of each event: in every stream, or what the runs of one did")
      ->expected(0, 1)
      ->type_name("[STREAM]");
  command->add_flag("--timed", options->reader.timed, "Wait as long as BATCH and @ offsets say");
  command->add_flag("--immediate,--preload", options->immediate, "Accepted: as fast as possible");
  command->add_flag("--no-flush", options->no_flush, "Open windows do not fire at end of input");
  command->add_flag("--watch", options->watch,
                    "Run again when the program, an import or an event file changes");
  command->add_flag("--offline", options->offline, "Connectors are left alone");
  AddReaderOptions(*command, options->reader);
  AddBounds(*command, options->bounds);
  AddCheckpointOptions(*command, options->checkpoints);
  AddDiagnosticOptions(*command, options->diagnostics, "--diagnostics");
  command->callback([options, &run] {
    run = [options]() -> int {
      if (const int code = CheckOptions(*options); code != kSuccess) return code;
      if (options->watch) return SimulateAgainAndAgain(*options);
      WatchedFiles files;
      return Simulate(*options, files);
    };
  });
}

}  // namespace varpulis::cli
