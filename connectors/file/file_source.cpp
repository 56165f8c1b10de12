#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "connectors/file/file_driver.h"
#include "connectors/file/file_path.h"

namespace varpulis::connectors {
namespace {

constexpr int64_t kLookAgainMs = 50;  // for lines that were added

class FileSource final : public Source {
 public:
  explicit FileSource(std::string path) : path_(std::move(path)) {}
  ~FileSource() override { Close(); }

  Status Poll(std::vector<IncomingPayload>& payloads, const Deadline& deadline) override {
    while (true) {
      Result<bool> more = ReadMore(payloads);
      if (!more.ok()) return more.status();
      if (!payloads.empty()) return {};
      if (*more) continue;
      if (deadline.is_over()) return {};
      deadline.Sleep(kLookAgainMs);
    }
  }
  // Where reading goes on is known to this object only.
  Status Commit() override { return {}; }
  bool connected() const override { return file_ >= 0; }

 private:
  Status Failure() const {
    return {StatusCode::IoError, fmt::format("{}: {}", path_, std::strerror(errno))};
  }
  void Close() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  // One block. False: there is nothing now.
  Result<bool> ReadMore(std::vector<IncomingPayload>& payloads) {
    if (file_ < 0) {
      file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
      if (file_ < 0 && errno == ENOENT) return false;
      if (file_ < 0) return Failure();
      offset_ = 0;
      rest_.clear();
      skipping_ = false;
    }
    char block[64 << 10];
    const ssize_t count = pread(file_, block, sizeof block, offset_);
    if (count < 0) return Failure();
    if (count == 0) return NextFile(payloads);
    offset_ += count;
    Split({block, static_cast<size_t>(count)}, payloads);
    return true;
  }

  // At the end of what is open: whether there is another file to go on with.
  Result<bool> NextFile(std::vector<IncomingPayload>& payloads) {
    struct stat opened{};
    struct stat named{};
    if (fstat(file_, &opened) != 0) return Failure();
    const bool is_there = stat(path_.c_str(), &named) == 0;
    const bool is_same = is_there && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
    if (is_same && opened.st_size >= offset_) return false;
    if (is_same) {
      offset_ = 0;
      rest_.clear();
      skipping_ = false;
      return true;
    }
    if (!is_there) return false;
    // Nobody will end the last line of a file that was replaced.
    if (!rest_.empty() && !skipping_) payloads.push_back({0, std::move(rest_)});
    Close();
    return true;
  }

  // Whole lines; of one that is too long as much as shows that it is.
  void Split(std::string_view block, std::vector<IncomingPayload>& payloads) {
    constexpr size_t kMost = limits::kMaxEventLineBytes + 1;
    while (!block.empty()) {
      const size_t end = block.find('\n');
      const std::string_view part = block.substr(0, end);
      if (!skipping_) rest_.append(part.substr(0, kMost - rest_.size()));
      skipping_ = rest_.size() >= kMost;
      if (end == std::string_view::npos) return;
      block.remove_prefix(end + 1);
      if (!rest_.empty() && rest_.back() == '\r') rest_.pop_back();
      if (rest_.find_first_not_of(" \t") != std::string::npos)
        payloads.push_back({0, std::move(rest_)});
      rest_.clear();
      skipping_ = false;
    }
  }

  const std::string path_;
  int file_ = -1;
  off_t offset_ = 0;
  std::string rest_;       // of a line that has not ended
  bool skipping_ = false;  // the rest of it is not wanted
};

}  // namespace

Result<std::unique_ptr<Source>> MakeFileSource(const Link& link) {
  Result<std::string> path = FilePath(link);
  if (!path.ok()) return path.status();
  return std::unique_ptr<Source>(std::make_unique<FileSource>(std::move(*path)));
}

}  // namespace varpulis::connectors
