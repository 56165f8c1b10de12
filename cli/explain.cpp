#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/bounds.h"
#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/output.h"
#include "cli/reader_options.h"
#include "cli/trace.h"

namespace varpulis::cli {
namespace {

struct Options {
  std::string program;
  std::string format = "text";
  std::vector<std::string> events;
  uint64_t match = 0;
  io::ReaderOptions reader;
  exec::Bounds bounds;
  DiagnosticOptions diagnostics;
};

int ExplainOutput(const Options& options, const ir::Plan& plan) {
  const auto view = ExplainMatch(plan, options.match, WriteStandardOutput);
  const Replayed replayed{options.events, options.reader, options.bounds};
  const ExitCode exit_code = ReplayTraced(plan, replayed, *view, [&] { return view->found(); });
  if (exit_code != kSuccess || view->found()) return exit_code;
  Say("--match {}: these events do not lead to so many outputs\n", options.match);
  return kUsageError;
}

int Explain(const Options& options) {
  const std::string& format = options.format;
  if ((options.match > 0) != !options.events.empty()) {
    Say("--events and --match go together: which output of which events is to be explained?\n");
    return kUsageError;
  }
  driver::CompileOptions compile;
  compile.for_trace = options.match > 0;
  LoadedProgram loaded = LoadProgram(options.program, options.diagnostics, std::move(compile));
  if (loaded.exit_code != kSuccess) return loaded.exit_code;
  if (options.match > 0) return ExplainOutput(options, loaded.program.plan);
  const driver::CompiledProgram& program = loaded.program;
  if (format == "dot") {
    Show("{}", ir::PrintDot(program.plan));
  } else {
    Show("{}", ir::Print(program.plan));
  }
  for (const ir::StreamPlan& stream : program.plan.streams) {
    if (!stream.pattern) continue;
    if (format == "dot") {
      Show("{}", ir::PrintDot(stream.pattern->automaton, stream.name));
    } else {
      Show("automaton {}\n{}", stream.name, ir::Print(stream.pattern->automaton));
    }
  }
  return kSuccess;
}

}  // namespace

void AddExplain(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "explain", "Draw the plan and the automata of a program, or show what an output is made of");
  command->footer("Example: varpulis explain rules.vpl --events events.jsonl --match 3");
  command->add_option("program", options->program, "VPL file, `-` is standard input")->required();
  command->add_option("--format", options->format, "text, or dot for Graphviz")
      ->check(CLI::IsMember({"text", "dot"}));
  command->add_option("--events", options->events, "Event files that lead to the output");
  command->add_option("--match", options->match, "Number of the output to explain, from 1")
      ->check(CLI::Range(uint64_t{1}, UINT64_MAX));
  AddReaderOptions(*command, options->reader);
  AddBounds(*command, options->bounds);
  AddDiagnosticOptions(*command, options->diagnostics, "--diagnostics");
  command->callback([options, &run] { run = [options] { return Explain(*options); }; });
}

}  // namespace varpulis::cli
