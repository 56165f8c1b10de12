#include <algorithm>
#include <deque>
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

struct Options {
  std::vector<std::string> programs;
  DiagnosticOptions diagnostics;
};

// One file: text at once, or into the report. Counts go to standard error in any format.
int Validate(const std::string& path, const Options& options, diagnostics::Report& report,
             std::deque<source::SourceMap>& sources) {
  double begin = NowMs();
  LoadedProgram loaded = CompileFile(path, options.diagnostics);
  if (loaded.exit_code == kUsageError) return kUsageError;
  const diagnostics::DiagnosticEmitter& diagnostics = loaded.diagnostics;
  const size_t statements = loaded.program.statements;
  if (options.diagnostics.format != "text") {
    AddTo(report, diagnostics, sources.emplace_back(std::move(*loaded.sources)));
  } else {
    ShowAsText(diagnostics, *loaded.sources);
    if (loaded.exit_code == kSuccess) {
      Show("Syntax OK\n   Statements: {}\n", statements);
      if (diagnostics.warnings() > 0) Show("   Warnings:   {}\n", diagnostics.warnings());
    }
  }
  const bool denied = loaded.program.ok && loaded.exit_code == kProgramError;
  std::string counts = diagnostics::CountText(diagnostics);
  Say("{}: {}{} in {} statements ({:.0f} ms)\n", path, counts.empty() ? "no errors" : counts,
      denied ? " (denied)" : "", statements, NowMs() - begin);
  return loaded.exit_code;
}

// All files are checked, whatever is wrong with the first; a file that cannot be read weighs most.
int ValidateAll(const Options& options) {
  int exit_code = kSuccess;
  diagnostics::Report report;
  std::deque<source::SourceMap> sources;  // stay where they are, for the report
  for (const std::string& path : options.programs) {
    exit_code = std::max(exit_code, Validate(path, options, report, sources));
  }
  report.valid = exit_code == kSuccess;
  if (options.diagnostics.format != "text") {
    WriteStandardOutput(Structured(report, options.diagnostics));
  }
  return exit_code;
}

}  // namespace

void AddValidate(CLI::App& app, Run& run) {
  for (const char* name : {"validate", "check"}) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand(name, "Check a program and say everything that is wrong");
    command->add_option("programs", options->programs, "VPL files, `-` is standard input")
        ->required();
    AddDiagnosticOptions(*command, options->diagnostics, "--format");
    command->callback([options, &run] { run = [options] { return ValidateAll(*options); }; });
  }
}

}  // namespace varpulis::cli
