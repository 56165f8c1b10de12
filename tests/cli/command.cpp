#include "tests/cli/command.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace varpulis::cli_test {
namespace {

constexpr rlim_t kMostSeconds = 60;

int MemoryFile(std::string_view content) {
  const int fd = memfd_create("varpulis-cli-test", MFD_CLOEXEC);
  for (std::string_view rest = content; !rest.empty();) {
    const ssize_t count = write(fd, rest.data(), rest.size());
    if (count <= 0) std::abort();
    rest.remove_prefix(static_cast<size_t>(count));
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string ReadMemoryFile(int fd) {
  const off_t size = lseek(fd, 0, SEEK_END);
  std::string text(static_cast<size_t>(size), '\0');
  if (pread(fd, text.data(), text.size(), 0) != size) std::abort();
  return text;
}

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    read_end = ends[0];
    write_end = ends[1];
  }
  int read_end;
  int write_end;
};

// One output stream of the command: `given` is what it gets, the rest is ours.
struct OutputStream {
  explicit OutputStream(Sink how) : sink(how) {
    if (sink == Sink::Kept) given = MemoryFile({});
    if (sink == Sink::Full) given = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (sink != Sink::FirstLine) return;
    const Pipe pipe;
    given = pipe.write_end;
    ours = pipe.read_end;
  }

  // Everything, or the first line, which is waited for.
  std::string Take() {
    std::string text;
    if (sink == Sink::FirstLine) {
      for (char c = 0; c != '\n' && read(ours, &c, 1) == 1;) text += c;
      close(ours);
    }
    return text;
  }
  std::string TakeRest() const { return sink == Sink::Kept ? ReadMemoryFile(given) : ""; }

  Sink sink;
  int given = -1;
  int ours = -1;
};

// In the child, between fork and exec.
void Attach(int from, int to) {
  if (from < 0) {
    close(to);
  } else {
    dup2(from, to);
  }
}

[[noreturn]] void Execute(const std::vector<std::string>& arguments, int in, int out, int err) {
  Attach(in, STDIN_FILENO);
  Attach(out, STDOUT_FILENO);
  Attach(err, STDERR_FILENO);
  const rlimit limit{kMostSeconds, kMostSeconds};
  setrlimit(RLIMIT_CPU, &limit);
  // A background job of a shell would ignore what asks it to stop.
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  std::vector<char*> argv = {const_cast<char*>(VPL_VARPULIS)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(VPL_VARPULIS, argv.data());
  _exit(127);
}

// The reader may leave early; it is left waiting for more until `hold` has ended.
void Feed(int fd, std::string_view text, int hold) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0) break;
    text.remove_prefix(static_cast<size_t>(count));
  }
  char byte;
  if (hold >= 0) (void)!read(hold, &byte, 1);
  close(fd);
}

// Sends the signal when it is time for it, unless the command has ended before. The caller reaps the command.
void Interrupt(pid_t child, const Interruption& interruption, int out) {
  for (;;) {
    siginfo_t ended{};
    if (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        ended.si_pid != 0)
      return;
    struct stat written{};
    if (fstat(out, &written) != 0) std::abort();
    if (written.st_size >= static_cast<off_t>(interruption.after_bytes)) break;
    std::this_thread::yield();
  }
  kill(child, interruption.signal);
}

}  // namespace

Outcome Varpulis(const Call& call) {
  std::signal(SIGPIPE, SIG_IGN);
  OutputStream out(call.out);
  OutputStream err(call.err);
  int in = -1;
  int feed = -1;
  if (call.piped) {
    const Pipe pipe;
    in = pipe.read_end;
    feed = pipe.write_end;
  } else {
    in = MemoryFile(call.input);
  }
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) Execute(call.arguments, in, out.given, err.given);
  close(in);
  std::thread feeder;
  Pipe hold;
  if (feed >= 0) {
    const int until = call.held_open ? hold.read_end : -1;
    feeder = std::thread(Feed, feed, std::string_view(call.input), until);
  }
  for (const OutputStream* stream : {&out, &err}) {
    if (stream->sink == Sink::FirstLine) close(stream->given);
  }
  if (call.interruption.signal != 0) {
    Interrupt(child, call.interruption, call.interruption.of_errors ? err.given : out.given);
  }
  Outcome outcome;
  outcome.out = out.Take();
  outcome.err = err.Take();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  close(hold.write_end);
  if (feeder.joinable()) feeder.join();
  close(hold.read_end);
  outcome.out += out.TakeRest();
  outcome.err += err.TakeRest();
  for (const OutputStream* stream : {&out, &err}) {
    if (stream->given >= 0 && stream->sink != Sink::FirstLine) close(stream->given);
  }
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  return outcome;
}

Outcome Varpulis(std::vector<std::string> arguments, std::string input) {
  return Varpulis(Call{.arguments = std::move(arguments), .input = std::move(input)});
}

Outcome Replay(const std::string& program, const std::string& events,
               const std::vector<std::string>& more) {
  const Scratch scratch;
  std::vector<std::string> arguments = {"simulate", "-p", scratch.Write("p.vpl", program), "-e",
                                        scratch.Write("e.evt", events)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Varpulis(arguments);
}

std::string Outcome::Text() const {
  constexpr size_t kMost = 4000;
  return fmt::format("exit code {}, signal {}\n--- stdout\n{}\n--- stderr\n{}", exit_code, signal,
                     out.substr(0, kMost), err.substr(0, kMost));
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string LastLine(std::string_view text) {
  std::string last;
  for (const std::string& line : Lines(text)) {
    if (!line.empty()) last = line;
  }
  return last;
}

Scratch::Scratch() {
  std::string pattern = (std::filesystem::temp_directory_path() / "vpl-cli-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
}
Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Scratch::Write(const std::string& name, std::string_view text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
  return Path(name);
}

}  // namespace varpulis::cli_test
