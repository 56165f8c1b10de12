// Writes the events of an online shop as JSON lines, the same for the same seed everywhere.

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "examples/generate/shop.h"

namespace {

constexpr std::string_view kUsage =
    "usage: varpulis-generate-demo [--events N] [--seed S] [--out FILE]\n"
    "The events of an online shop with planted fraud, as JSON lines in order of time.\n"
    "  --events N   how many, default 200000\n"
    "  --seed S     the same seed gives the same events, default 1\n"
    "  --out FILE   default: standard output\n";

struct Options {
  uint64_t events = 200'000;
  uint64_t seed = 1;
  std::string path;
};

bool ReadNumber(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool ReadOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (i + 1 == argc) return false;
    const std::string_view value = argv[i + 1];
    if (name == "--out") {
      options.path = value;
    } else if (name == "--events") {
      if (!ReadNumber(value, options.events)) return false;
    } else if (name == "--seed") {
      if (!ReadNumber(value, options.seed)) return false;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!ReadOptions(argc, argv, options)) {
    std::fwrite(kUsage.data(), 1, kUsage.size(), stderr);
    return 1;
  }
  std::FILE* out = options.path.empty() ? stdout : std::fopen(options.path.c_str(), "w");
  if (out == nullptr) {
    std::perror(options.path.c_str());
    return 2;
  }
  varpulis::generate::Shop shop(options.seed);
  for (uint64_t i = 0; i < options.events; ++i) {
    std::string line = shop.Next();
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), out);
  }
  const bool failed = std::ferror(out) != 0;
  if (std::fclose(out) != 0 || failed) {
    std::perror("varpulis-generate-demo");
    return 2;
  }
  return 0;
}
