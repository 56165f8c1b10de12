#pragma once

// The files that a run was made of, and the wait for one of them to change (`simulate --watch`,
// language-later.md 13.2).

#include <chrono>
#include <map>
#include <string>

#include <sys/types.h>

namespace varpulis::cli {

// Looks at the files again and again: that works on every file system, whatever an editor does to
// replace a file, and costs one system call per file and glance. Of one thread.
class WatchedFiles {
 public:
  // Before the file is read, whether it exists or not. What becomes of it later is a change.
  void Note(const std::string& path);
  size_t size() const { return noted_.size(); }
  // Waits until a file has changed, and then until nothing has for a while: programs write a file in
  // several steps, and many files at once. The first that had changed.
  std::string WaitForChange() const;

 private:
  // As far as a file can be told from another without reading it.
  struct Stamp {
    bool exists = false;
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::map<std::string, Stamp>;

  static Stamp Look(const std::string& path);
  Stamps LookAtAll() const;

  Stamps noted_;
};

}  // namespace varpulis::cli
