#pragma once

// A real `varpulis server` on a port of its own, for one test.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/process/running_command.h"
#include "tests/server/http_client.h"

namespace varpulis::server_test {

using process_test::CommandRun;
using process_test::RunCommand;

// Ports are chosen by the system. Stopped by its process id when the test ends.
class ServerProcess : public process_test::RunningCommand {
 public:
  // Returns when it listens. `environment` are entries `NAME=value`.
  explicit ServerProcess(const std::vector<std::string>& arguments = {},
                         const std::vector<std::string>& environment = {});
  ~ServerProcess();

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

  // Asks it to stop and waits for its exit code.
  int Stop();

 private:
  uint16_t port_ = 0;
  uint16_t metrics_port_ = 0;
};

}  // namespace varpulis::server_test
