#include "tests/replay/agreement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/cases/case_files.h"

namespace varpulis::testing {

namespace {
std::string Lines(const std::vector<std::string>& lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}
}  // namespace

std::string Disagreements(const ReplayProgram& program, const std::string& events,
                          const ReplayResult& oracle,
                          const std::map<std::string, std::string>& excluded) {
  std::string report;
  std::vector<std::string> modes = AllModes();
  if (!program.plan().contexts.empty()) {
    modes.emplace_back("contexts");
    modes.emplace_back("contexts-checkpoint");
  }
  for (const std::string& mode : modes) {
    if (excluded.contains(mode)) continue;
    const ReplayResult result = program.Replay(events, mode);
    if (!result.failure.empty()) report += fmt::format("{}: {}\n", mode, result.failure);
    if (result.output != oracle.output) {
      report += fmt::format("interp and {} differ\n{}", mode,
                            cases::Diff(Lines(oracle.output), Lines(result.output)));
    }
    if (result.errors != oracle.errors) report += mode + " counts other evaluation errors\n";
  }
  return report;
}

}  // namespace varpulis::testing
