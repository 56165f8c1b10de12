#include "runtime/state/checkpoint_store.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

namespace varpulis::state {
namespace {

namespace fs = std::filesystem;

Status SystemFailure(const std::string& path, int error) {
  const StatusCode code = error == ENOENT ? StatusCode::NotFound : StatusCode::IoError;
  return Status(code, fmt::format("{}: {}", path, std::strerror(error)));
}

// Closed when it goes away.
class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~File() { Close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  // False with errno set.
  bool Close() {
    const int fd = std::exchange(fd_, -1);
    return fd < 0 || close(fd) == 0;
  }

 private:
  int fd_;
};

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool ReadAll(int fd, std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = read(fd, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  bytes.resize(done);
  return true;
}

// A name becomes durable with its folder.
Status Sync(const std::string& folder) {
  const File file(folder, O_RDONLY | O_DIRECTORY);
  if (!file.is_open() || fsync(file.fd()) != 0) return SystemFailure(folder, errno);
  return Status();
}

uint64_t NumberOf(const std::string& name) {
  uint64_t number = 0;
  const char* end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data(), end, number);
  return at == end && error == std::errc() && name.front() != '0' ? number : 0;
}

}  // namespace

Result<CheckpointStore> CheckpointStore::Open(const std::string& folder) {
  const std::string files = (fs::path(folder) / "checkpoint").string();
  std::error_code error;
  fs::create_directories(files, error);
  if (error) return SystemFailure(files, error.value());
  return CheckpointStore(files);
}

std::string CheckpointStore::PathOf(uint64_t number) const {
  return fmt::format("{}/{}", folder_, number);
}

Result<std::vector<uint64_t>> CheckpointStore::Numbers() const {
  std::vector<uint64_t> numbers;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder_, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (const uint64_t number = NumberOf(at->path().filename().string()); number != 0)
      numbers.push_back(number);
  }
  if (error) return SystemFailure(folder_, error.value());
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

Result<Checkpoint> CheckpointStore::Read(uint64_t number) const {
  const std::string path = PathOf(number);
  const File file(path, O_RDONLY);
  struct stat info{};
  if (!file.is_open() || fstat(file.fd(), &info) != 0) return SystemFailure(path, errno);
  if (static_cast<uint64_t>(info.st_size) > limits::kMaxCheckpointBytes) {
    return Status(StatusCode::ResourceExhausted,
                  fmt::format("{}: larger than a checkpoint may be", path));
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  if (!ReadAll(file.fd(), bytes)) return SystemFailure(path, errno);
  Result<Checkpoint> checkpoint = Decode(bytes);
  if (!checkpoint.ok()) return checkpoint.status().Within(path);
  return checkpoint;
}

Result<uint64_t> CheckpointStore::Write(std::string_view bytes) {
  Result<std::vector<uint64_t>> numbers = Numbers();
  if (!numbers.ok()) return numbers.status();
  const uint64_t number = numbers->empty() ? 1 : numbers->front() + 1;
  const std::string path = PathOf(number);
  const std::string unfinished = folder_ + "/unfinished";
  File file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
  const bool written =
      file.is_open() && WriteAll(file.fd(), bytes) && fsync(file.fd()) == 0 && file.Close();
  if (!written) return SystemFailure(unfinished, errno);
  if (rename(unfinished.c_str(), path.c_str()) != 0) return SystemFailure(path, errno);
  if (Status synced = Sync(folder_); !synced.ok()) return synced;
  if (Status removed = RemoveOld(); !removed.ok()) return removed;
  return number;
}

Status CheckpointStore::RemoveOld() const {
  Result<std::vector<uint64_t>> numbers = Numbers();
  if (!numbers.ok()) return numbers.status();
  for (size_t i = limits::kKeptCheckpoints; i < numbers->size(); ++i) {
    const std::string path = PathOf((*numbers)[i]);
    if (unlink(path.c_str()) != 0 && errno != ENOENT) return SystemFailure(path, errno);
  }
  return Status();
}

}  // namespace varpulis::state
