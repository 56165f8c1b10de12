#include "connectors/delivery/dead_letter_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace varpulis::connectors {
namespace {

Status Failure(const std::string& path) {
  return {StatusCode::IoError, fmt::format("{}: {}", path, std::strerror(errno))};
}

}  // namespace

Status DeadLetterFile::Append(std::string_view lines) {
  std::lock_guard lock(mutex_);
  return file_.Append(lines);
}

Status DeadLetterFile::Read(const std::function<bool(std::string_view line)>& visit) const {
  std::lock_guard lock(mutex_);
  std::string line;
  for (const std::string& path : file_.Paths()) {
    std::ifstream in(path, std::ios::binary);
    if (!in.is_open()) return Failure(path);
    while (std::getline(in, line)) {
      if (!line.empty() && !visit(line)) return {};
    }
    if (in.bad()) return Failure(path);
  }
  return {};
}

Result<uint64_t> DeadLetterFile::Remove(const std::function<bool(std::string_view line)>& drops) {
  std::lock_guard lock(mutex_);
  uint64_t removed = 0;
  for (const std::string& path : file_.Paths()) {
    std::ifstream in(path, std::ios::binary);
    if (!in.is_open()) return Failure(path);
    std::string kept;
    uint64_t dropped = 0;
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) continue;
      if (drops(line)) {
        ++dropped;
      } else {
        kept += line + "\n";
      }
    }
    if (dropped == 0) continue;
    const std::string temporary = path + ".new";
    const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) return Failure(temporary);
    Status status = WriteAll(file, kept, temporary);
    if (status.ok() && fsync(file) != 0) status = Failure(temporary);
    close(file);
    if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) status = Failure(path);
    if (!status.ok()) return status;
    removed += dropped;
  }
  return removed;
}

}  // namespace varpulis::connectors
