#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/output.h"

namespace varpulis::cli {
namespace {

struct Options {
  std::string program;
  std::string format = "text";
  DiagnosticOptions diagnostics;
};

int Explain(const Options& options) {
  const std::string& format = options.format;
  LoadedProgram loaded = LoadProgram(options.program, options.diagnostics);
  if (loaded.exit_code != kSuccess) return loaded.exit_code;
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
  CLI::App* command = app.add_subcommand("explain", "Draw the plan and the automata of a program");
  command->add_option("program", options->program, "VPL file, `-` is standard input")->required();
  command->add_option("--format", options->format, "text, or dot for Graphviz")
      ->check(CLI::IsMember({"text", "dot"}));
  AddDiagnosticOptions(*command, options->diagnostics, "--diagnostics");
  command->callback([options, &run] { run = [options] { return Explain(*options); }; });
}

}  // namespace varpulis::cli
