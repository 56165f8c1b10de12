#include "examples/generate/command_line.h"

#include <algorithm>
#include <charconv>

namespace varpulis::generate {
namespace {

bool ReadNumber(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool ReadOptions(int argc, char** argv, std::initializer_list<Option> options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto* option = std::find_if(options.begin(), options.end(),
                                      [&](const Option& known) { return known.name == name; });
    if (option == options.end() || i + 1 == argc) return false;
    if (option->text != nullptr) {
      *option->text = argv[i + 1];
    } else if (!ReadNumber(argv[i + 1], *option->number)) {
      return false;
    }
  }
  return true;
}

bool OutputFile::Opened() const {
  if (file_ == nullptr) std::perror(path_.c_str());
  return file_ != nullptr;
}

bool OutputFile::Close() {
  const bool failed = std::ferror(file_) != 0;
  if (std::fclose(file_) == 0 && !failed) return true;
  std::perror(path_.empty() ? "standard output" : path_.c_str());
  return false;
}

}  // namespace varpulis::generate
