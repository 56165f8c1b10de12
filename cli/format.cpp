#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/load_program.h"
#include "cli/output.h"
#include "compiler/syntax/format/format.h"

namespace varpulis::cli {
namespace {

struct Options {
  std::vector<std::string> programs;
  bool check = false;
};

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    text.remove_prefix(static_cast<size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

// Replaces what the path leads to at once, so that nobody ever sees half a program. False: errno says
// why.
bool Replace(const std::string& path, std::string_view text) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  struct stat state{};
  if (real == nullptr || ::stat(real.get(), &state) != 0) return false;
  // A rename would do what the file's own permissions forbid.
  if (::access(real.get(), W_OK) != 0) return false;
  std::string draft = std::string(real.get()) + ".XXXXXX";
  const int fd = ::mkstemp(draft.data());
  if (fd < 0) return false;
  bool good = WriteAll(fd, text) && ::fchmod(fd, state.st_mode & 07777) == 0;
  good = ::close(fd) == 0 && good && ::rename(draft.c_str(), real.get()) == 0;
  const int error = errno;
  if (!good) ::unlink(draft.c_str());
  errno = error;
  return good;
}

int Format(const std::string& path, bool check) {
  const std::optional<source::SourceMap> sources = ReadSource(path);
  if (!sources) return kUsageError;
  const source::SourceFile& source = sources->main();
  diagnostics::DiagnosticEmitter diagnostics;
  const std::optional<std::string> text = format::Format(source, diagnostics);
  if (!text) {
    ShowAsText(diagnostics, *sources);
    return kProgramError;
  }
  const bool differs = *text != source.text();
  if (check) {
    if (differs) Show("{}\n", source.path());
    return differs ? kProgramError : kSuccess;
  }
  if (path == "-") {
    WriteStandardOutput(*text);
  } else if (differs && !Replace(path, *text)) {
    Say("{}: {}\n", path, std::strerror(errno));
    return kUsageError;
  }
  return kSuccess;
}

// All files, whatever is wrong with the first; a file that cannot be read or written weighs most.
int FormatAll(const Options& options) {
  int exit_code = kSuccess;
  for (const std::string& path : options.programs)
    exit_code = std::max(exit_code, Format(path, options.check));
  return exit_code;
}

}  // namespace

void AddFormat(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("fmt", "Lay programs out in the style of the house");
  command
      ->add_option("programs", options->programs,
                   "VPL files, rewritten in place; `-` is standard input to standard output")
      ->required();
  command->add_flag("--check", options->check,
                    "Write nothing, name the files that differ; exit code 1 if there are any");
  command->callback([options, &run] { run = [options] { return FormatAll(*options); }; });
}

}  // namespace varpulis::cli
