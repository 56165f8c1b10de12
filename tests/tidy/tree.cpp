#include "tests/tidy/tree.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

namespace varpulis::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kText = {".h",    ".cpp", ".def",   ".g4", ".md",
                                                   ".case", ".txt", ".cmake", ".vpl"};

bool IsText(const fs::path& path) {
  return std::find(kText.begin(), kText.end(), path.extension().string()) != kText.end();
}

std::vector<std::string> ReadLines(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

const File* Tree::Find(std::string_view path) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

Tree ReadTree(const fs::path& root) {
  Tree tree{.root = root, .files = {}};
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory()) {
      if (name.starts_with('.') || (entry.depth() == 0 && name == "build"))
        entry.disable_recursion_pending();
      continue;
    }
    if (!IsText(entry->path())) continue;
    const fs::path relative = entry->path().lexically_relative(root);
    tree.files.push_back({.path = relative.generic_string(),
                          .folder = relative.parent_path().generic_string(),
                          .name = name,
                          .lines = ReadLines(entry->path())});
  }
  std::sort(tree.files.begin(), tree.files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return tree;
}

std::string Show(const Finding& finding) {
  return fmt::format("{}:{}: {}: {}", finding.path, finding.line, finding.rule, finding.text);
}

Include ReadInclude(std::string_view line) {
  constexpr std::string_view kDirective = "#include ";
  if (!line.starts_with(kDirective)) return {};
  line.remove_prefix(kDirective.size());
  if (line.empty()) return {};
  const bool quoted = line.front() == '"';
  const size_t end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return {};
  return {.path = std::string(line.substr(1, end - 1)), .quoted = quoted};
}

}  // namespace varpulis::tidy
