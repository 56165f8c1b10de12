#pragma once

// The folder of `--state-dir` (operations.md 5.3): who may use it, and where things lie in it.

#include <string>

#include "base/status.h"

namespace varpulis::store {

// Holds `LOCK` as long as it lives. Movable.
class StateDirectory {
 public:
  // Makes the folder if it is not there. NotFound: it cannot be made or written to. Unavailable:
  // another process uses it, which the message names. InvalidArgument: it holds something else.
  static Result<StateDirectory> Open(const std::string& folder);
  ~StateDirectory();
  StateDirectory(StateDirectory&& other) noexcept;
  StateDirectory& operator=(StateDirectory&&) = delete;

  const std::string& folder() const { return folder_; }
  std::string database() const { return folder_ + "/db"; }
  std::string replay_marker() const { return folder_ + "/replaying"; }

 private:
  StateDirectory(std::string folder, int lock) : folder_(std::move(folder)), lock_(lock) {}

  std::string folder_;
  int lock_;  // descriptor; -1: moved from
};

}  // namespace varpulis::store
