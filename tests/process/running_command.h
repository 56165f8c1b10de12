#pragma once

// The built `varpulis` at work in the background, for tests that speak to it meanwhile.

#include <sys/types.h>

#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace varpulis::process_test {

// Both output streams are kept together, as on a terminal. Stopped by its process id when the test ends.
class RunningCommand {
 public:
  // `environment` are entries `NAME=value`; there is little more in it than PATH.
  explicit RunningCommand(std::vector<std::string> arguments,
                          const std::vector<std::string>& environment = {});
  // Kills it if it still runs.
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  bool is_running() const { return pid_ > 0; }
  void Signal(int signal) const;
  // The exit code; -1: it did not end within half a minute and was killed. 128 and more: ended by a signal.
  int Wait();
  // All of its output so far; complete after Wait.
  std::string output() const;
  // Returns when the output contains the text so many times; false: not within half a minute.
  bool WaitForOutput(std::string_view text, size_t times = 1) const;

 private:
  void ReadOutput(int fd);

  pid_t pid_ = -1;
  mutable std::mutex mutex_;
  std::string output_;  // guarded by mutex_
  std::thread reader_;
};

// Runs the command to its end: exit code and both output streams together.
struct CommandRun {
  int exit_code;
  std::string output;
};
CommandRun RunCommand(std::vector<std::string> arguments,
                      const std::vector<std::string>& environment = {});

}  // namespace varpulis::process_test
