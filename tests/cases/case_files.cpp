#include "tests/cases/case_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace varpulis::cases {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  return static_cast<bool>(out.flush());
}

std::vector<fs::path> FindFiles(const Suite& suite) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(suite.root)) {
    if (entry.is_regular_file() && entry.path().extension() == suite.extension)
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// As people name it: `tests/golden/ast/event/fields.vpl`.
std::string NameFromCheckout(const Suite& suite, const fs::path& file) {
  return fs::relative(file, suite.root.parent_path().parent_path()).string();
}

class CaseTest : public testing::Test {
 public:
  CaseTest(const Suite& suite, fs::path file) : suite_(suite), file_(std::move(file)) {}

  void TestBody() override {
    const std::string text = ReadFile(file_);
    const Verdict verdict = suite_.judge(file_, text);
    if (verdict.skipped) GTEST_SKIP() << "not in this build";
    const std::string name = NameFromCheckout(suite_, file_);
    if (!verdict.complaint.empty()) ADD_FAILURE() << name << ": " << verdict.complaint;
    if (verdict.text != text) {
      ADD_FAILURE() << name << " differs\n"
                    << Diff(text, verdict.text) << "to accept: ./dev bless " << name;
    }
  }

 private:
  const Suite& suite_;
  fs::path file_;
};

bool IsBelow(const fs::path& file, const fs::path& folder) {
  const fs::path relative = file.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

int Bless(const Suite& suite, const std::vector<fs::path>& selected) {
  int failures = 0;
  for (const fs::path& file : FindFiles(suite)) {
    const bool wanted = std::any_of(selected.begin(), selected.end(),
                                    [&](const fs::path& path) { return IsBelow(file, path); });
    if (!wanted && !selected.empty()) continue;
    const std::string text = ReadFile(file);
    const Verdict verdict = suite.judge(file, text);
    const std::string name = NameFromCheckout(suite, file);
    if (!verdict.complaint.empty()) {
      fmt::print(stderr, "{}: {}\n", name, verdict.complaint);
      ++failures;
    }
    if (verdict.skipped || verdict.text == text) continue;
    fmt::print("{}\n", name);
    if (!WriteFile(file, verdict.text)) ++failures;
  }
  return failures == 0 ? 0 : 1;
}

// --- differences ---------------------------------------------------------------------------------

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return lines;
}

struct DiffLine {
  char mark;  // ' ', '-' or '+'
  std::string_view text;
};

// By longest common subsequence; the files are a few hundred lines.
std::vector<DiffLine> Align(const std::vector<std::string_view>& a,
                            const std::vector<std::string_view>& b) {
  std::vector<std::vector<size_t>> common(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<DiffLine> lines;
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      lines.push_back({' ', a[i++]});
      ++j;
    } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
      lines.push_back({'-', a[i++]});
    } else {
      lines.push_back({'+', b[j++]});
    }
  }
  return lines;
}

}  // namespace

std::string Diff(std::string_view expected, std::string_view actual) {
  constexpr size_t kContext = 2;
  if (expected == actual) return {};
  const auto lines = Align(SplitLines(expected), SplitLines(actual));
  std::string text = "  - expected, + actual\n";
  size_t shown = 0;  // lines before this one are shown or left out
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark == ' ') continue;
    const size_t from = std::max(shown, i < kContext ? 0 : i - kContext);
    if (from > shown) text += "  ...\n";
    const size_t to = std::min(lines.size(), i + kContext + 1);
    for (size_t k = from; k < to; ++k)
      text += fmt::format("  {} {}\n", lines[k].mark, lines[k].text);
    shown = std::max(shown, to);
  }
  return text;
}

int RunCases(int argc, char** argv, const Suite& suite) {
  if (argc > 1 && std::string_view(argv[1]) == "--bless") {
    std::vector<fs::path> selected;
    for (int i = 2; i < argc; ++i) selected.push_back(fs::weakly_canonical(argv[i]));
    return Bless(suite, selected);
  }
  testing::InitGoogleTest(&argc, argv);
  for (const fs::path& file : FindFiles(suite)) {
    const fs::path relative = fs::relative(file, suite.root);
    const std::string group = (suite.name / relative.parent_path()).string();
    testing::RegisterTest(group.c_str(), relative.stem().c_str(), nullptr, nullptr, file.c_str(), 1,
                          [&suite, file]() -> testing::Test* { return new CaseTest(suite, file); });
  }
  return RUN_ALL_TESTS();
}

}  // namespace varpulis::cases
