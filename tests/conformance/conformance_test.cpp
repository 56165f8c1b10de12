// Every `.case` file below this folder in every mode.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/case/case_file.h"
#include "tests/case/replay.h"

namespace varpulis::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> FindCases(const fs::path& root) {
  std::vector<std::string> paths;
  if (fs::is_regular_file(root)) return {root.string()};
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".case") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// An input of all modes must be complete, and its errors must be those of the interpreter.
std::string Check(const CaseFile& file, bool compare) {
  if (!file.problem.empty()) return file.problem;
  const ReplayProgram program(file.program);
  if (!program.failure().empty()) return program.failure();
  std::string report;
  const ReplayResult oracle = program.Replay(file.input, "interp");
  for (const std::string& mode : AllModes()) {
    if (file.excluded.contains(mode)) continue;
    const ReplayResult result = program.Replay(file.input, mode);
    const auto& expected = compare ? file.output : oracle.output;
    if (!result.failure.empty()) report += fmt::format("{}: {}\n", mode, result.failure);
    const std::string difference = Difference(Normalised(expected), Normalised(result.output));
    if (!difference.empty()) report += fmt::format("{}: - expected, + printed\n{}", mode, difference);
    if (result.errors != oracle.errors) report += mode + ": counts other evaluation errors\n";
  }
  return report;
}

class ConformanceCase : public ::testing::Test {
 public:
  explicit ConformanceCase(std::string path) : path_(std::move(path)) {}
  void TestBody() override {
    const std::string report = Check(ReadCase(path_), true);
    EXPECT_TRUE(report.empty()) << path_ << "\n" << report << "to accept: ./dev bless " << path_;
  }

 private:
  std::string path_;
};

int Bless(const std::vector<std::string>& paths) {
  int failures = 0;
  for (const std::string& path : paths) {
    CaseFile file = ReadCase(path);
    const std::string report = Check(file, false);
    if (!report.empty()) {
      std::fprintf(stderr, "%s: not blessed\n%s", path.c_str(), report.c_str());
      ++failures;
      continue;
    }
    const auto actual = ReplayProgram(file.program).Replay(file.input, "interp").output;
    if (Normalised(file.output) == Normalised(actual)) continue;
    file.output = actual;
    WriteCase(file);
    std::fprintf(stderr, "%s: blessed\n", path.c_str());
  }
  return failures == 0 ? 0 : 1;
}

std::vector<std::string> PathsOf(int argc, char** argv, int first) {
  std::vector<std::string> paths;
  for (int i = first; i < argc; ++i) {
    // ./dev bless gives its paths to every runner; those of other runners are not ours.
    const std::string path = fs::absolute(argv[i]).lexically_normal().string();
    if (!path.starts_with(VPL_CASES)) continue;
    const auto found = FindCases(path);
    paths.insert(paths.end(), found.begin(), found.end());
  }
  return argc > first ? paths : FindCases(VPL_CASES);
}

}  // namespace
}  // namespace varpulis::testing

int main(int argc, char** argv) {
  using namespace varpulis::testing;
  if (argc > 1 && std::string(argv[1]) == "--bless") return Bless(PathsOf(argc, argv, 2));
  ::testing::InitGoogleTest(&argc, argv);
  for (const std::string& path : FindCases(VPL_CASES)) {
    const std::string name = fs::relative(path, VPL_CASES).replace_extension().string();
    ::testing::RegisterTest("conformance", name.c_str(), nullptr, nullptr, path.c_str(), 1,
                            [path] { return new ConformanceCase(path); });
  }
  return RUN_ALL_TESTS();
}
