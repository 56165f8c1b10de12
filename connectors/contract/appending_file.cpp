#include "connectors/contract/appending_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace varpulis::connectors {
namespace {

namespace fs = std::filesystem;

Status Failure(const std::string& path) {
  return {StatusCode::IoError, fmt::format("{}: {}", path, std::strerror(errno))};
}

}  // namespace

Status WriteAll(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure(path);
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

AppendingFile::~AppendingFile() {
  if (file_ >= 0) close(file_);
}

std::string AppendingFile::RotatedPath(unsigned number) const {
  return fmt::format("{}.{}", options_.path, number);
}

std::vector<std::string> AppendingFile::Paths() const {
  std::vector<std::string> paths;
  for (unsigned number = options_.keep; number > 0; --number) {
    if (fs::exists(RotatedPath(number))) paths.push_back(RotatedPath(number));
  }
  if (fs::exists(options_.path)) paths.push_back(options_.path);
  return paths;
}

// Makes file_ what the path names now.
Status AppendingFile::Open() {
  struct stat opened{};
  struct stat named{};
  const bool is_named = stat(options_.path.c_str(), &named) == 0;
  if (file_ >= 0) {
    if (is_named && fstat(file_, &opened) == 0 && opened.st_ino == named.st_ino &&
        opened.st_dev == named.st_dev) {
      size_ = static_cast<uint64_t>(opened.st_size);
      return {};
    }
    close(file_);
  }
  file_ = open(options_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (file_ < 0) return Failure(options_.path);
  size_ = is_named ? static_cast<uint64_t>(named.st_size) : 0;
  return {};
}

// What cannot be renamed stays, and the file grows: its lines are worth more than its size.
void AppendingFile::Rotate() {
  std::error_code ignored;
  for (unsigned number = options_.keep; number > 0; --number) {
    const std::string from = number == 1 ? options_.path : RotatedPath(number - 1);
    if (fs::exists(from)) fs::rename(from, RotatedPath(number), ignored);
  }
}

Status AppendingFile::Append(std::string_view lines) {
  if (Status status = Open(); !status.ok()) return status;
  const bool is_full = options_.max_bytes > 0 && size_ + lines.size() > options_.max_bytes;
  if (is_full && size_ > 0 && options_.keep > 0) {
    Rotate();
    if (Status status = Open(); !status.ok()) return status;
  }
  if (Status status = WriteAll(file_, lines, options_.path); !status.ok()) return status;
  return options_.sync && fdatasync(file_) != 0 ? Failure(options_.path) : Status();
}

}  // namespace varpulis::connectors
