#pragma once

// From a path on the command line to a compiled program, with everything said about it on the way.

#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/diagnostic_options.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/driver/compile.h"
#include "compiler/source/source_map.h"

namespace varpulis::cli {

class WatchedFiles;

// The text of a program, `-` is standard input; nothing and a line on standard error if it cannot be
// read (kUsageError).
std::optional<source::SourceMap> ReadSource(const std::string& path);
// Reads files for imports.
source::FileReader ProgramFiles();
// The same, and every file that is asked for is noted in `watched`, which must outlive it.
source::FileReader ProgramFiles(WatchedFiles& watched);

struct LoadedProgram {
  // kUsageError: not readable; kProgramError: there are errors, or warnings that are denied.
  ExitCode exit_code = kSuccess;
  std::optional<source::SourceMap> sources;
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompiledProgram program;
};
// Reads the program and what it imports (with `options.files` if it can read) and compiles on all cores;
// regular expressions are checked by the runtime's engine. Shows nothing but why the file cannot be read.
LoadedProgram CompileFile(const std::string& path, const DiagnosticOptions& diagnostics,
                          driver::CompileOptions options = {});
// Shows the diagnostics as well.
LoadedProgram LoadProgram(const std::string& path, const DiagnosticOptions& diagnostics,
                          driver::CompileOptions options = {});

}  // namespace varpulis::cli
