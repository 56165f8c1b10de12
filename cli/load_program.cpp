#include "cli/load_program.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/output.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::cli {

namespace {

// Reads until the end, or one byte past the largest program: that one is refused whatever follows.
// False: errno says why.
bool ReadText(int fd, std::string& text) {
  constexpr size_t kMost = limits::kMaxProgramBytes + 1;
  constexpr size_t kStep = 1 << 20;
  while (text.size() < kMost) {
    const size_t held = text.size();
    text.resize(std::min(held + kStep, kMost));
    const ssize_t count = ::read(fd, text.data() + held, text.size() - held);
    text.resize(held + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
  return true;
}

}  // namespace

std::optional<source::SourceFile> ReadSource(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  const int fd = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::string text;
  if (fd < 0 || !ReadText(fd, text)) {
    Say("{}: {}\n", name, std::strerror(errno));
    if (fd >= 0) close(fd);
    return std::nullopt;
  }
  close(fd);
  return source::SourceFile(name, std::move(text));
}

LoadedProgram CompileFile(const std::string& path, const DiagnosticOptions& diagnostics,
                          driver::CompileOptions options) {
  LoadedProgram loaded;
  loaded.source = ReadSource(path);
  if (!loaded.source) {
    loaded.exit_code = kUsageError;
    return loaded;
  }
  options.check_regex = kernel::CheckRegex;
  options.threads = std::thread::hardware_concurrency();
  loaded.diagnostics = MakeEmitter(diagnostics);
  loaded.program = driver::Compile(*loaded.source, loaded.diagnostics, options);
  const bool denied = AreWarningsDenied(loaded.diagnostics, diagnostics);
  if (!loaded.program.ok || denied) loaded.exit_code = kProgramError;
  return loaded;
}

LoadedProgram LoadProgram(const std::string& path, const DiagnosticOptions& diagnostics,
                          driver::CompileOptions options) {
  LoadedProgram loaded = CompileFile(path, diagnostics, options);
  if (loaded.source) ShowDiagnostics(loaded.diagnostics, *loaded.source, diagnostics);
  if (loaded.program.ok && loaded.exit_code == kProgramError) {
    Say("{}: warnings fail because of --deny-warnings\n", path);
  }
  return loaded;
}

}  // namespace varpulis::cli
