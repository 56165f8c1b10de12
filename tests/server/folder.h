#pragma once

// A folder that is there for one test.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace varpulis::server_test {

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/varpulis-server-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // The path of the file.
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace varpulis::server_test
