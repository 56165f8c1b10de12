#include "tests/server/server_process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace varpulis::server_test {
namespace {

using std::chrono::steady_clock;

// Starts the command with both output streams in one pipe; its process id, and where to read.
pid_t Start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
            int& read_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  std::vector<std::string> words = {VPL_VARPULIS};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin"};
  variables.insert(variables.end(), environment.begin(), environment.end());
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);
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

}  // namespace

ServerProcess::ServerProcess(std::vector<std::string> arguments,
                             std::vector<std::string> environment) {
  arguments.insert(arguments.begin(), "server");
  if (!Has(arguments, "--port")) arguments.insert(arguments.end(), {"--port", "0"});
  if (Has(arguments, "--metrics")) arguments.insert(arguments.end(), {"--metrics-port", "0"});
  int read_end = -1;
  pid_ = Start(arguments, environment, read_end);
  reader_ = std::thread([this, read_end] { ReadOutput(read_end); });
  EXPECT_TRUE(WaitForOutput("State: ")) << output();
  if (Has(arguments, "--metrics")) {
    EXPECT_TRUE(WaitForOutput("/metrics\n"));
    metrics_port_ = PortIn(output(), "Metrics: ");
  }
  port_ = PortIn(output(), "Varpulis ");
}

ServerProcess::~ServerProcess() {
  // Sanitizers report with the exit code.
  if (pid_ > 0) EXPECT_EQ(Stop(), 0) << output();
}

void ServerProcess::ReadOutput(int fd) {
  char bytes[4096];
  for (ssize_t count; (count = read(fd, bytes, sizeof bytes)) > 0;) {
    std::lock_guard lock(mutex_);
    output_.append(bytes, static_cast<size_t>(count));
  }
  close(fd);
}

std::string ServerProcess::output() const {
  std::lock_guard lock(mutex_);
  return output_;
}

bool ServerProcess::WaitForOutput(std::string_view text) const {
  const auto end = steady_clock::now() + std::chrono::seconds(30);
  while (steady_clock::now() < end) {
    if (output().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

void ServerProcess::Signal(int signal) const { kill(pid_, signal); }

int ServerProcess::Wait() {
  const auto end = steady_clock::now() + std::chrono::seconds(30);
  int status = 0;
  int code = -1;
  while (steady_clock::now() < end) {
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      code = ExitCode(status);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (code == -1) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
  }
  pid_ = -1;
  reader_.join();
  return code;
}

int ServerProcess::Stop() {
  Signal(SIGTERM);
  return Wait();
}

int ServerProcess::Kill() {
  Signal(SIGKILL);
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

CommandRun RunCommand(std::vector<std::string> arguments, std::vector<std::string> environment) {
  int fd = -1;
  const pid_t pid = Start(arguments, environment, fd);
  CommandRun run{-1, ""};
  char bytes[4096];
  for (ssize_t count; (count = read(fd, bytes, sizeof bytes)) > 0;)
    run.output.append(bytes, static_cast<size_t>(count));
  close(fd);
  int status = 0;
  waitpid(pid, &status, 0);
  run.exit_code = ExitCode(status);
  return run;
}

}  // namespace varpulis::server_test
