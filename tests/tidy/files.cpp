#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "tests/tidy/checks.h"

namespace varpulis::tidy {
namespace {

constexpr size_t kLong = 300;
constexpr size_t kTooLong = 500;
constexpr std::array<std::string_view, 4> kBannedEndings = {"utils", "util", "helper", "manager"};

bool Contains(const std::vector<std::string>& lines, std::string_view text, size_t first_lines) {
  const size_t end = std::min(lines.size(), first_lines);
  return std::any_of(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

bool HasBannedEnding(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kBannedEndings.begin(), kBannedEndings.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

// The name that a line `class X ...` or `struct X ...` declares; empty for other lines.
std::string_view DeclaredType(std::string_view line) {
  const size_t start = line.find_first_not_of(' ');
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start);
  for (const std::string_view keyword : {"class ", "struct ", "enum class "}) {
    if (!line.starts_with(keyword)) continue;
    line.remove_prefix(keyword.size());
    return line.substr(0, line.find_first_of(" :;{<"));
  }
  return {};
}

void CheckName(const File& file, std::vector<Finding>& findings) {
  if (HasBannedEnding(file.name.substr(0, file.name.find('.'))))
    findings.push_back({"name", file.path, 0, "name it after the concept inside"});
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view type = DeclaredType(file.lines[i]);
    // `Helper` alone is a word of ours: a function that kernels call.
    if (type != "Helper" && HasBannedEnding(type))
      findings.push_back({"name", file.path, i + 1, fmt::format("{} says nothing", type)});
  }
}

// True if the CMakeLists.txt of the file's folder, or of one above it, names the file or globs.
bool IsRegistered(const Tree& tree, const File& file) {
  for (std::string folder = file.folder; folder != "tests" && !folder.empty();
       folder.resize(folder.rfind('/'))) {
    const File* lists = tree.Find(folder + "/CMakeLists.txt");
    if (lists == nullptr) continue;
    const size_t all = lists->lines.size();
    return Contains(lists->lines, file.name, all) || Contains(lists->lines, "GLOB", all) ||
           Contains(lists->lines, "vpl_library(", all);
  }
  return false;
}

void CheckReadmes(const Tree& tree, std::vector<Finding>& findings) {
  std::set<std::string> folders;
  for (const File& file : tree.files) {
    if (file.IsSource() && !file.folder.empty()) folders.insert(file.folder);
  }
  for (const std::string& folder : folders) {
    if (tree.Find(folder + "/README.md") == nullptr)
      findings.push_back(
          {"readme", folder, 0, "a folder with sources explains itself in README.md"});
  }
}

}  // namespace

std::vector<Finding> CheckFiles(const Tree& tree) {
  std::vector<Finding> findings;
  for (const File& file : tree.files) {
    if (!file.IsSource()) continue;
    CheckName(file, findings);
    if (file.lines.size() > kTooLong && !Contains(file.lines, "Long because", 10))
      findings.push_back(
          {"length", file.path, 0,
           fmt::format("{} lines: split it, or say `Long because` at its top", file.lines.size())});
    if (file.HasExtension(".h") && !Contains(file.lines, "#pragma once", file.lines.size()))
      findings.push_back({"pragma", file.path, 0, "a header starts with #pragma once"});
    if (file.path.starts_with("tests/") && file.HasExtension(".cpp") && !IsRegistered(tree, file))
      findings.push_back({"unregistered", file.path, 0, "no CMakeLists.txt builds it"});
  }
  CheckReadmes(tree, findings);
  return findings;
}

std::vector<Finding> LongFiles(const Tree& tree) {
  std::vector<Finding> findings;
  for (const File& file : tree.files) {
    if (file.IsSource() && file.lines.size() > kLong)
      findings.push_back({"note", file.path, 0, fmt::format("{} lines", file.lines.size())});
  }
  return findings;
}

}  // namespace varpulis::tidy
