#pragma once

// What the generators share: `--name value` arguments, and a file or standard output to write to.

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>

namespace varpulis::generate {

// Exactly one target is set.
struct Option {
  std::string_view name;
  uint64_t* number = nullptr;
  std::string* text = nullptr;
};

// False if an argument is none of the options or has no proper value.
bool ReadOptions(int argc, char** argv, std::initializer_list<Option> options);

// A file to write to; standard output for an empty path.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path)
      : path_(path), file_(path.empty() ? stdout : std::fopen(path.c_str(), "w")) {}
  // False: it cannot be opened; the reason has been printed.
  bool Opened() const;
  void Write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), file_); }
  // Once, at the end; false: something could not be written, the reason has been printed.
  bool Close();

 private:
  std::string path_;
  std::FILE* file_;
};

}  // namespace varpulis::generate
