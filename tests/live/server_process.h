#pragma once

// A server program that a test runs, and a folder for its files. Both are gone with the object.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace varpulis::testing {

// A folder of its own below the system's temporary one. Where this process is root, it belongs to `user`.
class ServerFolder {
 public:
  explicit ServerFolder(const std::string& user = {});
  ~ServerFolder();
  ServerFolder(const ServerFolder&) = delete;
  ServerFolder& operator=(const ServerFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class ServerProcess {
 public:
  // Starts `command`; as `user`, where this process is root and a user is named. Its output goes nowhere.
  explicit ServerProcess(const std::vector<std::string>& command, const std::string& user = {});
  // Ends it and waits.
  ~ServerProcess() { Stop(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  void Stop();
  // Waits until it ends by itself; its exit code, -1 if a signal ended it.
  int Wait();

 private:
  pid_t pid_ = -1;
};

// The program of that name in PATH or in one of `folders`; empty if there is none.
std::string FindProgram(const std::string& name, const std::vector<std::string>& folders = {});
// Waits until somebody listens on the port of 127.0.0.1; false if nobody does within half a minute.
bool AwaitPort(int port);
// Sends the text to the port, and returns what has come back until `answers` line breaks have.
std::string Tell(int port, const std::string& text, int answers);

}  // namespace varpulis::testing
