#pragma once

// How a program's imports are read. The compiler itself opens no files: who calls it knows where
// they are, and whether there are any.

#include <functional>
#include <string>

#include "base/status.h"

namespace varpulis::source {

struct FileReader {
  // The text of a file.
  std::function<Result<std::string>(const std::string& path)> read;
  // The same for all paths of one file, different for two files; empty if there is no such file.
  std::function<std::string(const std::string& path)> identity;
};

}  // namespace varpulis::source
