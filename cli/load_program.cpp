#include "cli/load_program.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "cli/terminal.h"
#include "compiler/diagnostics/render.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::cli {

std::optional<source::SourceFile> ReadSource(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), std::strerror(errno));
    return std::nullopt;
  }
  std::ostringstream content;
  content << file.rdbuf();
  if (file.bad() || (content.fail() && !content.str().empty())) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return std::nullopt;
  }
  return source::SourceFile(path, content.str());
}

void ShowDiagnostics(const diagnostics::DiagnosticEmitter& diagnostics,
                     const source::SourceFile& source) {
  diagnostics::RenderOptions options{UseColour(STDERR_FILENO)};
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    std::string text = diagnostics::Render(diagnostic, source, options);
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

LoadedProgram LoadProgram(const std::string& path, driver::CompileOptions options) {
  LoadedProgram loaded;
  std::optional<source::SourceFile> source = ReadSource(path);
  if (!source) {
    loaded.exit_code = kUsageError;
    return loaded;
  }
  options.check_regex = kernel::CheckRegex;
  loaded.program = driver::Compile(*source, loaded.diagnostics, options);
  ShowDiagnostics(loaded.diagnostics, *source);
  if (!loaded.program.ok) loaded.exit_code = kProgramError;
  return loaded;
}

}  // namespace varpulis::cli
