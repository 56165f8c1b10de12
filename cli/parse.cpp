#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/diagnostic_options.h"
#include "cli/load_program.h"
#include "cli/output.h"
#include "compiler/ast/program.h"
#include "compiler/syntax/parse.h"

namespace varpulis::cli {
namespace {

int Parse(const std::string& path) {
  std::optional<source::SourceMap> sources = ReadSource(path);
  if (!sources) return kUsageError;
  diagnostics::DiagnosticEmitter diagnostics;
  Show("Parsing VPL...\n");
  ast::Program program = syntax::Parse(*sources, diagnostics);
  ShowAsText(diagnostics, *sources);
  if (diagnostics.has_errors()) {
    Show("Parse error: {} syntax error(s)\n", diagnostics.errors());
    return kProgramError;
  }
  Show("Parse successful!\n{}", ast::Print(program));
  return kSuccess;
}

}  // namespace

void AddParse(CLI::App& app, Run& run) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("parse", "Show the syntax tree of a program");
  command->add_option("program", *path, "VPL file, `-` is standard input")->required();
  command->callback([path, &run] { run = [path] { return Parse(*path); }; });
}

}  // namespace varpulis::cli
