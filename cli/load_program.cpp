#include "cli/load_program.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/status.h"
#include "cli/output.h"
#include "cli/watched_files.h"
#include "connectors/registry/registry.h"
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

// Takes over the descriptor.
Result<std::string> ReadAndClose(int fd) {
  std::string text;
  const bool read = fd >= 0 && ReadText(fd, text);
  const int error = errno;
  if (fd >= 0) close(fd);
  if (!read) return Status(StatusCode::IoError, std::strerror(error));
  return text;
}

Result<std::string> ReadFile(const std::string& path) {
  return ReadAndClose(open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

std::string IdentityOf(const std::string& path) {
  std::error_code error;
  return std::filesystem::canonical(path, error).string();
}

}  // namespace

std::optional<source::SourceMap> ReadSource(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  Result<std::string> text = path == "-" ? ReadAndClose(dup(STDIN_FILENO)) : ReadFile(path);
  if (!text.ok()) {
    Say("{}: {}\n", name, text.status().message());
    return std::nullopt;
  }
  return source::SourceMap(name, std::move(*text));
}

source::FileReader ProgramFiles() { return {ReadFile, IdentityOf}; }

source::FileReader ProgramFiles(WatchedFiles& watched) {
  // Asked for before anything is read, and for files that do not exist.
  return {ReadFile, [&watched](const std::string& path) {
            watched.Note(path);
            return IdentityOf(path);
          }};
}

LoadedProgram CompileFile(const std::string& path, const DiagnosticOptions& diagnostics,
                          driver::CompileOptions options) {
  LoadedProgram loaded;
  loaded.sources = ReadSource(path);
  if (!loaded.sources) {
    loaded.exit_code = kUsageError;
    return loaded;
  }
  options.check_regex = kernel::CheckRegex;
  options.has_driver = connectors::HasDriver;
  if (!options.files.read) options.files = ProgramFiles();
  options.threads = std::thread::hardware_concurrency();
  loaded.diagnostics = MakeEmitter(diagnostics);
  loaded.program = driver::Compile(*loaded.sources, loaded.diagnostics, options);
  const bool denied = AreWarningsDenied(loaded.diagnostics, diagnostics);
  if (!loaded.program.ok || denied) loaded.exit_code = kProgramError;
  return loaded;
}

LoadedProgram LoadProgram(const std::string& path, const DiagnosticOptions& diagnostics,
                          driver::CompileOptions options) {
  LoadedProgram loaded = CompileFile(path, diagnostics, std::move(options));
  if (loaded.sources) ShowDiagnostics(loaded.diagnostics, *loaded.sources, diagnostics);
  if (loaded.program.ok && loaded.exit_code == kProgramError) {
    Say("{}: warnings fail because of --deny-warnings\n", path);
  }
  return loaded;
}

}  // namespace varpulis::cli
