#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "compiler/driver/compile.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::cli {
namespace {

int Explain(const std::string& path, const std::string& format) {
  std::string text;
  int exit_code = kSuccess;
  if (!ReadProgram(path, &text, &exit_code)) return exit_code;
  source::SourceFile source(path, std::move(text));
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  driver::CompiledProgram program = driver::Compile(source, diagnostics, options);
  ShowDiagnostics(diagnostics, source);
  if (!program.ok) return kProgramError;
  if (format == "dot") {
    fmt::print("{}", ir::PrintDot(program.plan));
  } else {
    fmt::print("{}", ir::Print(program.plan));
  }
  for (const ir::StreamPlan& stream : program.plan.streams) {
    if (!stream.pattern) continue;
    if (format == "dot") {
      fmt::print("{}", ir::PrintDot(stream.pattern->automaton, stream.name));
    } else {
      fmt::print("automaton {}\n{}", stream.name, ir::Print(stream.pattern->automaton));
    }
  }
  return kSuccess;
}

}  // namespace

void AddExplain(CLI::App& app, Run& run) {
  auto path = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("text");
  CLI::App* command = app.add_subcommand("explain", "Draw the plan and the automata of a program");
  command->add_option("program", *path, "VPL file")->required();
  command->add_option("--format", *format, "text, or dot for Graphviz")
      ->check(CLI::IsMember({"text", "dot"}));
  command->callback([path, format, &run] { run = [path, format] { return Explain(*path, *format); }; });
}

}  // namespace varpulis::cli
