#include "tests/live/server_process.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace varpulis::testing {
namespace {

namespace fs = std::filesystem;

// Null if this process is no root, or nobody is named.
const passwd* OtherUser(const std::string& user) {
  return user.empty() || geteuid() != 0 ? nullptr : getpwnam(user.c_str());
}

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

ServerFolder::ServerFolder(const std::string& user) {
  std::string name = (fs::temp_directory_path() / "varpulis-live-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
  const passwd* other = OtherUser(user);
  if (other != nullptr && chown(name.c_str(), other->pw_uid, other->pw_gid) != 0) std::abort();
}

ServerFolder::~ServerFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

ServerProcess::ServerProcess(const std::vector<std::string>& command, const std::string& user) {
  const passwd* other = OtherUser(user);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  const int nowhere = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(nowhere, fd);
  if (other != nullptr && (setgroups(0, nullptr) != 0 || setgid(other->pw_gid) != 0 ||
                           setuid(other->pw_uid) != 0 || chdir("/") != 0)) {
    _exit(126);
  }
  execv(words[0], words.data());
  _exit(127);
}

void ServerProcess::Stop() {
  if (pid_ <= 0) return;
  // What a fast shutdown is to PostgreSQL, and an end to everybody else.
  kill(pid_, SIGINT);
  Wait();
}

int ServerProcess::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string FindProgram(const std::string& name, const std::vector<std::string>& folders) {
  std::vector<std::string> all = folders;
  const char* path = std::getenv("PATH");
  std::istringstream in(path == nullptr ? "" : path);
  for (std::string folder; std::getline(in, folder, ':');) all.push_back(folder);
  for (const std::string& folder : all) {
    const fs::path file = fs::path(folder) / name;
    if (access(file.c_str(), X_OK) == 0) return file.string();
  }
  return {};
}

bool AwaitPort(int port) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    const int fd = Connect(port);
    if (fd >= 0) {
      close(fd);
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::string Tell(int port, const std::string& text, int answers) {
  const int fd = Connect(port);
  if (fd < 0) return {};
  std::string told;
  if (send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())) {
    char bytes[4096];
    for (ssize_t count = 1; count > 0 && std::count(told.begin(), told.end(), '\n') < answers;) {
      count = recv(fd, bytes, sizeof bytes, 0);
      if (count > 0) told.append(bytes, static_cast<size_t>(count));
    }
  }
  close(fd);
  return told;
}

}  // namespace varpulis::testing
