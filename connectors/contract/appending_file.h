#pragma once

// A file that lines are appended to, which is rotated when it is large. Others may move, empty or remove it at
// any time: then it begins anew.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varpulis::connectors {

struct AppendingFileOptions {
  std::string path;
  uint64_t max_bytes = 0;  // then it becomes `.1`, `.1` becomes `.2`, ...; 0: it is never rotated
  unsigned keep = 5;       // rotated files; the oldest one goes
  bool sync = false;       // to the disk before Append returns
};

// Not thread-safe.
class AppendingFile {
 public:
  explicit AppendingFile(AppendingFileOptions options) : options_(std::move(options)) {}
  ~AppendingFile();
  AppendingFile(const AppendingFile&) = delete;
  AppendingFile& operator=(const AppendingFile&) = delete;

  // Whole lines, in one call of write as a rule; IoError: some of them may be there. The folder must exist.
  Status Append(std::string_view lines);
  // The files that there are, the oldest first.
  std::vector<std::string> Paths() const;

 private:
  Status Open();
  void Rotate();
  std::string RotatedPath(unsigned number) const;

  const AppendingFileOptions options_;
  int file_ = -1;
  uint64_t size_ = 0;
};

// All of the text to an open file; IoError names `path`.
Status WriteAll(int file, std::string_view text, const std::string& path);

}  // namespace varpulis::connectors
