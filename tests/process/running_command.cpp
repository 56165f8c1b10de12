#include "tests/process/running_command.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace varpulis::process_test {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(30);
constexpr std::chrono::milliseconds kGlance(5);

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the command with both output streams in one pipe; its process id, and where to read.
pid_t Start(std::vector<std::string> arguments, const std::vector<std::string>& environment,
            int& read_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  arguments.insert(arguments.begin(), VPL_VARPULIS);
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin"};
  variables.insert(variables.end(), environment.begin(), environment.end());
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(variables);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execve(VPL_VARPULIS, argv.data(), envp.data());
    _exit(127);
  }
  close(ends[1]);
  read_end = ends[0];
  return pid;
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

size_t CountOf(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size()))
    ++count;
  return count;
}

// False: not within the patience of a test.
bool Until(const auto& holds) {
  const auto end = steady_clock::now() + kPatience;
  while (!holds()) {
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kGlance);
  }
  return true;
}

}  // namespace

RunningCommand::RunningCommand(std::vector<std::string> arguments,
                               const std::vector<std::string>& environment) {
  int read_end = -1;
  pid_ = Start(std::move(arguments), environment, read_end);
  reader_ = std::thread([this, read_end] { ReadOutput(read_end); });
}

RunningCommand::~RunningCommand() {
  if (!is_running()) return;
  Signal(SIGKILL);
  Wait();
}

void RunningCommand::ReadOutput(int fd) {
  char bytes[4096];
  for (ssize_t count; (count = read(fd, bytes, sizeof bytes)) > 0;) {
    std::lock_guard lock(mutex_);
    output_.append(bytes, static_cast<size_t>(count));
  }
  close(fd);
}

std::string RunningCommand::output() const {
  std::lock_guard lock(mutex_);
  return output_;
}

bool RunningCommand::WaitForOutput(std::string_view text, size_t times) const {
  return Until([&] { return CountOf(output(), text) >= times; });
}

void RunningCommand::Signal(int signal) const { kill(pid_, signal); }

int RunningCommand::Wait() {
  int status = 0;
  const bool ended = Until([&] { return waitpid(pid_, &status, WNOHANG) == pid_; });
  if (!ended) {
    Signal(SIGKILL);
    waitpid(pid_, &status, 0);
  }
  pid_ = -1;
  reader_.join();
  return ended ? ExitCode(status) : -1;
}

CommandRun RunCommand(std::vector<std::string> arguments,
                      const std::vector<std::string>& environment) {
  RunningCommand command(std::move(arguments), environment);
  const int exit_code = command.Wait();
  return {exit_code, command.output()};
}

}  // namespace varpulis::process_test
