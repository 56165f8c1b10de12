#include "cli/output.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "cli/commands.h"

namespace varpulis::cli {
namespace {

// Zero or the error.
int WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void PrepareStandardStreams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free number is `fd`. Opened so that its use fails, as that of a closed one does.
    const int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) < 0) std::_Exit(kUsageError);
  }
}

void WriteStandardOutput(std::string_view text) {
  const int error = WriteAll(STDOUT_FILENO, text);
  if (error == 0) return;
  if (error == EPIPE) std::_Exit(kSuccess);
  Say("standard output: {}\n", std::strerror(error));
  std::_Exit(kUsageError);
}

int WriteResult(std::string_view text, const std::string& path) {
  if (path.empty() || path == "-") {
    WriteStandardOutput(text);
    return kSuccess;
  }
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr && std::fclose(file) == 0 && written) return kSuccess;
  Say("{}: {}\n", path, std::strerror(errno));
  return kUsageError;
}

void WriteStandardError(std::string_view text) { (void)WriteAll(STDERR_FILENO, text); }

}  // namespace varpulis::cli
