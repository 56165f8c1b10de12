#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/terminal.h"
#include "compiler/diagnostics/render.h"

namespace varpulis::cli {
namespace {

int Validate(const std::string& path, bool deny_warnings) {
  double begin = NowMs();
  LoadedProgram loaded = LoadProgram(path);
  if (loaded.exit_code == kUsageError) return kUsageError;
  const diagnostics::DiagnosticEmitter& diagnostics = loaded.diagnostics;
  const driver::CompiledProgram& program = loaded.program;
  bool failed = !program.ok || (deny_warnings && diagnostics.warnings() > 0);
  if (!failed) {
    fmt::print("Syntax OK\n   Statements: {}\n", program.statements);
    if (diagnostics.warnings() > 0) fmt::print("   Warnings:   {}\n", diagnostics.warnings());
  }
  std::string counts = diagnostics::CountText(diagnostics);
  fmt::print(stderr, "{}: {} in {} statements ({:.0f} ms)\n", path,
             counts.empty() ? "no errors" : counts, program.statements, NowMs() - begin);
  return failed ? kProgramError : kSuccess;
}

}  // namespace

void AddValidate(CLI::App& app, Run& run) {
  struct Options {
    std::string program;
    bool deny_warnings = false;
  };
  for (const char* name : {"validate", "check"}) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(name, "Check a program and say everything that is wrong");
    command->add_option("program", options->program, "VPL file")->required();
    command->add_flag("--deny-warnings", options->deny_warnings, "Warnings fail, for CI");
    command->callback([options, &run] {
      run = [options] { return Validate(options->program, options->deny_warnings); };
    });
  }
}

}  // namespace varpulis::cli
