#pragma once

// From a path on the command line to a compiled program, with everything said about it on the way.

#include <optional>
#include <string>

#include "cli/commands.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/driver/compile.h"
#include "compiler/source/source_map.h"

namespace varpulis::cli {

// The text of a program, `-` is standard input; nothing and a line on standard error if it cannot be
// read (kUsageError).
std::optional<source::SourceMap> ReadSource(const std::string& path);
// Reads files for imports.
source::FileReader ProgramFiles();
// Prints all diagnostics to standard error (colours on a terminal).
void ShowDiagnostics(const diagnostics::DiagnosticEmitter& diagnostics,
                     const source::SourceMap& sources);

struct LoadedProgram {
  ExitCode exit_code =
      kSuccess;  // kUsageError: not readable; kProgramError: diagnostics have errors
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompiledProgram program;
};
// Reads the program and what it imports, compiles (regular expressions checked by the runtime's
// engine) and shows the diagnostics.
LoadedProgram LoadProgram(const std::string& path, driver::CompileOptions options = {});

}  // namespace varpulis::cli
