#include "runtime/io/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

namespace varpulis::io {
namespace {

Status SystemFailure(const std::string& path, int error) {
  StatusCode code =
      error == ENOENT || error == ENOTDIR ? StatusCode::NotFound : StatusCode::IoError;
  return Status(code, fmt::format("{}: {}", path, std::strerror(error)));
}

}  // namespace

Result<ByteSource> ByteSource::OpenFile(const std::string& path, int stop_fd) {
  ByteSource source;
  source.path_ = path;
  source.stop_fd_ = stop_fd;
  source.fd_ = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (source.fd_ < 0) return SystemFailure(path, errno);
  struct stat info{};
  if (fstat(source.fd_, &info) != 0) return SystemFailure(path, errno);
  if (S_ISDIR(info.st_mode)) return SystemFailure(path, EISDIR);
  source.is_complete_ = S_ISREG(info.st_mode);
  if (source.is_complete_) {
    source.total_bytes_ = static_cast<uint64_t>(info.st_size);
    // A hint; nothing depends on it.
    (void)posix_fadvise(source.fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return source;
}

ByteSource ByteSource::OverText(std::string text) {
  ByteSource source;
  source.total_bytes_ = text.size();
  source.ahead_ = std::move(text);
  return source;
}

ByteSource::ByteSource(ByteSource&& other) noexcept { *this = std::move(other); }

ByteSource& ByteSource::operator=(ByteSource&& other) noexcept {
  if (this == &other) return *this;
  Close();
  fd_ = std::exchange(other.fd_, -1);
  stop_fd_ = other.stop_fd_;
  path_ = std::move(other.path_);
  ahead_ = std::move(other.ahead_);
  ahead_at_ = other.ahead_at_;
  total_bytes_ = other.total_bytes_;
  is_complete_ = other.is_complete_;
  return *this;
}

ByteSource::~ByteSource() { Close(); }

void ByteSource::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

// False if reading is to stop, whether or not there is input.
bool ByteSource::WaitForInput() const {
  pollfd waited[2] = {{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
  while (poll(waited, 2, -1) < 0 && errno == EINTR) {
  }
  return waited[1].revents == 0;
}

Result<size_t> ByteSource::ReadSystem(char* into, size_t size) {
  if (fd_ < 0) return size_t{0};
  if (!is_complete_ && stop_fd_ >= 0 && !WaitForInput())
    return Status(StatusCode::Unavailable, path_ + ": reading was stopped");
  while (true) {
    ssize_t count = read(fd_, into, size);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return SystemFailure(path_, errno);
  }
}

Result<size_t> ByteSource::Read(char* into, size_t size) {
  if (ahead_at_ == ahead_.size()) return ReadSystem(into, size);
  size_t count = std::min(size, ahead_.size() - ahead_at_);
  std::memcpy(into, ahead_.data() + ahead_at_, count);
  ahead_at_ += count;
  if (ahead_at_ == ahead_.size()) {
    std::string().swap(ahead_);
    ahead_at_ = 0;
  }
  return count;
}

Result<char> ByteSource::PeekFirst() {
  size_t at = 0;
  while (true) {
    if (at == 0 && ahead_.size() >= 3 && ahead_.starts_with("\xEF\xBB\xBF")) at = ahead_at_ = 3;
    while (at < ahead_.size() && std::strchr(" \t\r\n", ahead_[at]) != nullptr && ahead_[at] != 0)
      ++at;
    if (at < ahead_.size()) return ahead_[at];
    // Blank as far as one can see: whatever comes is read as lines.
    if (ahead_.size() > limits::kMaxEventLineBytes || fd_ < 0) return '\0';
    size_t held = ahead_.size();
    ahead_.resize(held + 4096);
    Result<size_t> count = ReadSystem(ahead_.data() + held, 4096);
    ahead_.resize(held + (count.ok() ? *count : 0));
    if (!count.ok()) return count.status();
    if (*count == 0) return '\0';
  }
}

std::string_view ByteSource::compression() const {
  if (ahead_.starts_with("\x1f\x8b")) return "gzip";
  if (ahead_.starts_with("\x28\xb5\x2f\xfd")) return "zstd";
  return {};
}

}  // namespace varpulis::io
