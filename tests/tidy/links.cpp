#include <filesystem>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "tests/tidy/checks.h"

namespace varpulis::tidy {
namespace {

// The targets of `[text](target)` in one line.
std::vector<std::string> LinkTargets(std::string_view line) {
  std::vector<std::string> targets;
  for (size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 2)) {
    const size_t end = line.find(')', at);
    if (end != std::string_view::npos) targets.emplace_back(line.substr(at + 2, end - at - 2));
  }
  return targets;
}

bool LeadsOutside(std::string_view target) {
  return target.find("://") != std::string_view::npos || target.starts_with("mailto:") ||
         target.starts_with('#');
}

}  // namespace

std::vector<Finding> CheckLinks(const Tree& tree) {
  std::vector<Finding> findings;
  for (const File& file : tree.files) {
    if (!file.HasExtension(".md")) continue;
    bool in_code = false;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (file.lines[i].starts_with("```")) in_code = !in_code;
      if (in_code) continue;
      for (const std::string& target : LinkTargets(file.lines[i])) {
        if (LeadsOutside(target)) continue;
        const auto path = tree.root / file.folder / target.substr(0, target.find('#'));
        if (!std::filesystem::exists(path))
          findings.push_back({"link", file.path, i + 1, fmt::format("{} does not exist", target)});
      }
    }
  }
  return findings;
}

}  // namespace varpulis::tidy
