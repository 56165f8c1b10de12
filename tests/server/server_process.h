#pragma once

// A real `varpulis server` on a port of its own, for one test.

#include <sys/types.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/server/http_client.h"

namespace varpulis::server_test {

// Ports are chosen by the system. Stopped by its process id when the test ends.
class ServerProcess {
 public:
  // Returns when it listens. `environment` are entries `NAME=value`.
  explicit ServerProcess(std::vector<std::string> arguments = {},
                         std::vector<std::string> environment = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  uint16_t port() const { return port_; }
  uint16_t metrics_port() const { return metrics_port_; }
  std::string url() const;
  // A call on a connection of its own.
  Answer Call(const std::string& method, const std::string& path, const std::string& body = {},
              const std::vector<std::string>& headers = {}) const;
  // Deploys and returns the id.
  std::string Deploy(const std::string& source, const std::vector<std::string>& headers = {}) const;
  Answer Inject(const std::string& id, const std::string& event) const;
  std::string Metrics() const;

  void Signal(int signal) const;
  // The exit code; -1: it did not end within half a minute. 128 and more: killed by a signal.
  int Wait();
  int Stop();
  // SIGKILL; the exit code, as Wait.
  int Kill();
  // All of standard output so far, banner included; complete after Wait.
  std::string output() const;
  // Returns when standard output contains the text; false: not within ten seconds.
  bool WaitForOutput(std::string_view text) const;

 private:
  void ReadOutput(int fd);

  pid_t pid_ = -1;
  uint16_t port_ = 0;
  uint16_t metrics_port_ = 0;
  mutable std::mutex mutex_;
  std::string output_;
  std::thread reader_;
};

// Runs the command to its end: exit code and both output streams together.
struct CommandRun {
  int exit_code;
  std::string output;
};
CommandRun RunCommand(std::vector<std::string> arguments,
                      std::vector<std::string> environment = {});

}  // namespace varpulis::server_test
