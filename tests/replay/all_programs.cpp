#include "tests/replay/all_programs.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/replay/case_file.h"

namespace varpulis::testing {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<Program> AllPrograms(const fs::path& checkout) {
  std::vector<Program> programs;
  for (const char* folder : {"examples", "tests", "bench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(checkout / folder)) {
      const fs::path& path = entry.path();
      if (path.extension() == ".vpl") programs.push_back({path, ReadFile(path)});
      if (path.extension() == ".case")
        programs.push_back({path, ParseCase(ReadFile(path)).program});
    }
  }
  std::sort(programs.begin(), programs.end(),
            [](const Program& a, const Program& b) { return a.path < b.path; });
  return programs;
}

}  // namespace varpulis::testing
