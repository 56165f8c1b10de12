#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/output.h"
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
    Show("Syntax OK\n   Statements: {}\n", program.statements);
    if (diagnostics.warnings() > 0) Show("   Warnings:   {}\n", diagnostics.warnings());
  }
  std::string counts = diagnostics::CountText(diagnostics);
  Say("{}: {} in {} statements ({:.0f} ms)\n", path, counts.empty() ? "no errors" : counts,
      program.statements, NowMs() - begin);
  return failed ? kProgramError : kSuccess;
}

// All files are checked, whatever is wrong with the first; a file that cannot be read weighs most.
int ValidateAll(const std::vector<std::string>& paths, bool deny_warnings) {
  int exit_code = kSuccess;
  for (const std::string& path : paths) {
    exit_code = std::max(exit_code, Validate(path, deny_warnings));
  }
  return exit_code;
}

}  // namespace

void AddValidate(CLI::App& app, Run& run) {
  struct Options {
    std::vector<std::string> programs;
    bool deny_warnings = false;
  };
  for (const char* name : {"validate", "check"}) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand(name, "Check a program and say everything that is wrong");
    command->add_option("programs", options->programs, "VPL files, `-` is standard input")
        ->required();
    command->add_flag("--deny-warnings", options->deny_warnings, "Warnings fail, for CI");
    command->callback([options, &run] {
      run = [options] { return ValidateAll(options->programs, options->deny_warnings); };
    });
  }
}

}  // namespace varpulis::cli
