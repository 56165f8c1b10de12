#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "tests/tidy/checks.h"

namespace varpulis::tidy {
namespace {

constexpr std::string_view kPage = "docs/language/coverage.md";
constexpr std::string_view kBuiltins = "compiler/ir/builtin_kind.def";

// Rows of the language's acceptance list that this part of the work answers for.
struct Range {
  int first;
  int last;
};
constexpr Range kRows[] = {{1, 44},    {53, 53},   {64, 65},   {67, 89},
                           {114, 120}, {134, 134}, {136, 139}, {144, 144}};
// Rows of the checklist of later revisions.
constexpr int kLaterRows = 53;

void CheckRow(const File& page, const std::string& row, std::vector<Finding>& findings) {
  const std::string start = fmt::format("| {} |", row);
  const auto line = std::find_if(page.lines.begin(), page.lines.end(),
                                 [&](const std::string& text) { return text.starts_with(start); });
  if (line == page.lines.end()) {
    findings.push_back({"coverage", page.path, 0, fmt::format("row {} is not there", row)});
    return;
  }
  const bool answered =
      line->find("](") != std::string::npos || line->find("open: ") != std::string::npos;
  if (answered) return;
  findings.push_back({"coverage", page.path, static_cast<size_t>(line - page.lines.begin()) + 1,
                      fmt::format("row {} has neither a test nor what is open", row)});
}

bool IsCalled(const Tree& tree, const std::string& name) {
  const auto calls = [&](const std::string& line) {
    return line.find(name + "(") != std::string::npos;
  };
  return std::any_of(tree.files.begin(), tree.files.end(), [&](const File& file) {
    return file.path.starts_with("tests/conformance/") && file.HasExtension(".case") &&
           std::any_of(file.lines.begin(), file.lines.end(), calls);
  });
}

void CheckBuiltins(const Tree& tree, const File& list, std::vector<Finding>& findings) {
  constexpr std::string_view kWord = "VPL_BUILTIN(";
  for (size_t i = 0; i < list.lines.size(); ++i) {
    const std::string& line = list.lines[i];
    if (!line.starts_with(kWord)) continue;
    const std::string name = line.substr(kWord.size(), line.find(',') - kWord.size());
    if (IsCalled(tree, name)) continue;
    findings.push_back({"builtin", list.path, i + 1, name + " is called by no conformance case"});
  }
}

}  // namespace

std::vector<Finding> CheckCoverage(const Tree& tree) {
  std::vector<Finding> findings;
  if (const File* page = tree.Find(kPage)) {
    for (const Range& range : kRows) {
      for (int row = range.first; row <= range.last; ++row)
        CheckRow(*page, std::to_string(row), findings);
    }
    for (int row = 1; row <= kLaterRows; ++row)
      CheckRow(*page, fmt::format("later {}", row), findings);
  }
  if (const File* list = tree.Find(kBuiltins)) CheckBuiltins(tree, *list, findings);
  return findings;
}

}  // namespace varpulis::tidy
