#pragma once

// The folder below which deployed programs may import files (`--workdir`).

#include <filesystem>
#include <string>

#include "base/status.h"
#include "compiler/source/file_reader.h"

namespace varpulis::host {

// Immutable. What leads out of the folder, by `..` or by a symbolic link, does not exist.
class ImportRoot {
 public:
  // NotFound if it is no folder.
  static Result<ImportRoot> Open(const std::string& folder);

  const std::string folder() const { return folder_.string(); }
  // Where a program of that name would lie, so that imports are found beside it.
  std::string ProgramPath(const std::string& name) const;
  source::FileReader Files() const;

 private:
  explicit ImportRoot(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;  // canonical
};

}  // namespace varpulis::host
