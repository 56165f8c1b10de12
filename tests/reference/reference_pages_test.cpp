// The pages of docs/reference say what compiler/reference says.

#include <optional>
#include <string>

#include <fmt/format.h>

#include "compiler/reference/reference.h"
#include "tests/cases/case_files.h"

namespace varpulis::reference {
namespace {

std::optional<Family> FamilyOf(std::string_view page) {
  if (page == "functions") return Family::Function;
  if (page == "aggregates") return Family::Aggregate;
  if (page == "operators") return Family::Operator;
  if (page == "sources") return Family::Source;
  return std::nullopt;
}

cases::Verdict Judge(const std::filesystem::path& file, std::string_view text) {
  const auto family = FamilyOf(file.stem().string());
  if (!family) return {std::string(text), "there is no such page"};
  return {Page(*family), {}};
}

}  // namespace
}  // namespace varpulis::reference

int main(int argc, char** argv) {
  return varpulis::cases::RunCases(
      argc, argv, {"reference", VPL_REFERENCE_PAGES, ".md", varpulis::reference::Judge});
}
