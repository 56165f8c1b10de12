#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/output.h"

namespace varpulis::cli {
namespace {

int Explain(const std::string& path, const std::string& format) {
  LoadedProgram loaded = LoadProgram(path);
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
  auto path = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("text");
  CLI::App* command = app.add_subcommand("explain", "Draw the plan and the automata of a program");
  command->add_option("program", *path, "VPL file, `-` is standard input")->required();
  command->add_option("--format", *format, "text, or dot for Graphviz")
      ->check(CLI::IsMember({"text", "dot"}));
  command->callback(
      [path, format, &run] { run = [path, format] { return Explain(*path, *format); }; });
}

}  // namespace varpulis::cli
