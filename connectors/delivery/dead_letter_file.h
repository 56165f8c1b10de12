#pragma once

// The file of dead letters (operations.md 8.6): lines appended, rotated, read and taken out. Knows nothing of
// what they say.

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/status.h"
#include "connectors/contract/appending_file.h"

namespace varpulis::connectors {

// Thread-safe. The file may be moved, emptied or taken away by others at any time, and begins anew then.
class DeadLetterFile {
 public:
  explicit DeadLetterFile(const AppendingFileOptions& options)
      : path_(options.path), file_(options) {}

  // Whole lines, in one call of write.
  Status Append(std::string_view lines);
  // All lines, the oldest first, without their line breaks; ends when `visit` returns false.
  Status Read(const std::function<bool(std::string_view line)>& visit) const;
  // Takes the lines out for which `drops` is true; each file is replaced as a whole. How many they were.
  Result<uint64_t> Remove(const std::function<bool(std::string_view line)>& drops);

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  mutable std::mutex mutex_;
  AppendingFile file_;
};

}  // namespace varpulis::connectors
