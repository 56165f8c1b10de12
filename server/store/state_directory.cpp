#include "server/store/state_directory.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace varpulis::store {
namespace {

namespace fs = std::filesystem;

Status SystemFailure(const std::string& path, int error) {
  return Status(StatusCode::NotFound, fmt::format("{}: {}", path, std::strerror(error)));
}

// What may lie there without a database: leftovers of a first start, files of operators, of file systems.
bool MayStandAlone(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOurs = {"LOCK", "worker-id", "replaying", "code",
                                                     "lost+found"};
  for (const std::string_view ours : kOurs) {
    if (name == ours) return true;
  }
  return name.starts_with('.') || name.starts_with("dlq.jsonl") || name.starts_with("backup-");
}

// A folder full of other things is more likely a mistake than a wish.
Status CheckContent(const std::string& folder) {
  std::error_code error;
  std::string stranger;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name == "db" || name == "db.probe") return Status();
    if (!MayStandAlone(name)) stranger = name;
  }
  if (error) return SystemFailure(folder, error.value());
  if (stranger.empty()) return Status();
  return Status(
      StatusCode::InvalidArgument,
      fmt::format("{} is no state directory: it holds `{}` and no database", folder, stranger));
}

std::string ReadSmall(int fd) {
  std::array<char, 32> bytes{};
  const ssize_t count = pread(fd, bytes.data(), bytes.size(), 0);
  std::string text(bytes.data(), count > 0 ? static_cast<size_t>(count) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

Result<StateDirectory> StateDirectory::Open(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return SystemFailure(folder, error.value());
  if (Status content = CheckContent(folder); !content.ok()) return content;
  const std::string path = folder + "/LOCK";
  const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return SystemFailure(path, errno);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int failure = errno;
    const std::string owner = ReadSmall(lock);
    close(lock);
    if (failure != EWOULDBLOCK) return SystemFailure(path, failure);
    return Status(StatusCode::Unavailable, fmt::format("{} is in use by another process{}", folder,
                                                       owner.empty() ? "" : " (" + owner + ")"));
  }
  // For people; whether it could be written does not matter.
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(lock, 0) == 0) (void)!pwrite(lock, pid.data(), pid.size(), 0);
  return StateDirectory(folder, lock);
}

StateDirectory::StateDirectory(StateDirectory&& other) noexcept
    : folder_(std::move(other.folder_)), lock_(std::exchange(other.lock_, -1)) {}

// The file stays: removing it would let two processes lock two files of that name.
StateDirectory::~StateDirectory() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace varpulis::store
