#include "tests/server/server_process.h"

#include <csignal>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace varpulis::server_test {
namespace {

// The number behind the last colon of the line that starts with `name`.
uint16_t PortIn(const std::string& output, std::string_view name) {
  size_t at = output.find(name);
  if (at == std::string::npos) return 0;
  std::string line = output.substr(at, output.find('\n', at) - at);
  if (line.ends_with("/metrics")) line.resize(line.size() - 8);
  return static_cast<uint16_t>(std::atoi(line.c_str() + line.rfind(':') + 1));
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  for (const std::string& each : words) {
    if (each == word) return true;
  }
  return false;
}

std::vector<std::string> WithPorts(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "server");
  if (!Has(arguments, "--port")) arguments.insert(arguments.end(), {"--port", "0"});
  if (Has(arguments, "--metrics")) arguments.insert(arguments.end(), {"--metrics-port", "0"});
  return arguments;
}

}  // namespace

ServerProcess::ServerProcess(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment)
    : RunningCommand(WithPorts(arguments), environment) {
  EXPECT_TRUE(WaitForOutput("State: ")) << output();
  if (Has(arguments, "--metrics")) {
    EXPECT_TRUE(WaitForOutput("/metrics\n"));
    metrics_port_ = PortIn(output(), "Metrics: ");
  }
  port_ = PortIn(output(), "Varpulis ");
}

ServerProcess::~ServerProcess() {
  // Sanitizers report with the exit code.
  if (is_running()) EXPECT_EQ(Stop(), 0) << output();
}

int ServerProcess::Stop() {
  Signal(SIGTERM);
  return Wait();
}

std::string ServerProcess::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

Answer ServerProcess::Call(const std::string& method, const std::string& path,
                           const std::string& body, const std::vector<std::string>& headers) const {
  Client client(port_);
  client.SendRequest(method, path, body, headers);
  return client.ReadAnswer();
}

std::string ServerProcess::Deploy(const std::string& source,
                                  const std::vector<std::string>& headers) const {
  const nlohmann::json body = {{"name", "test"}, {"source", source}};
  const Answer answer = Call("POST", "/api/v1/pipelines", body.dump(), headers);
  EXPECT_EQ(answer.status, 201) << answer.body;
  return answer.status == 201 ? answer.json().at("id").get<std::string>() : "";
}

Answer ServerProcess::Inject(const std::string& id, const std::string& event) const {
  return Call("POST", "/api/v1/pipelines/" + id + "/events", event);
}

std::string ServerProcess::Metrics() const {
  Client client(metrics_port_);
  client.SendRequest("GET", "/metrics");
  const Answer answer = client.ReadAnswer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return answer.body;
}

}  // namespace varpulis::server_test
