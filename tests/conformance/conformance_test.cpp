// Every `.case` file below this folder in every mode.

#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/cases/case_files.h"
#include "tests/replay/case_file.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

std::string Lines(const std::vector<std::string>& lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

// What the modes say otherwise than the interpreter.
std::string Disagreements(const CaseFile& file, const ReplayProgram& program,
                          const ReplayResult& oracle) {
  std::string report;
  for (const std::string& mode : AllModes()) {
    if (file.excluded.contains(mode)) continue;
    const ReplayResult result = program.Replay(file.input, mode);
    if (!result.failure.empty()) report += fmt::format("{}: {}\n", mode, result.failure);
    if (result.output != oracle.output) {
      report += fmt::format("interp and {} differ\n{}", mode,
                            cases::Diff(Lines(oracle.output), Lines(result.output)));
    }
    if (result.errors != oracle.errors) report += mode + " counts other evaluation errors\n";
  }
  return report;
}

cases::Verdict Judge(const std::filesystem::path&, std::string_view text) {
  cases::Verdict verdict{std::string(text), {}};
  CaseFile file = ParseCase(text);
  if (!file.problem.empty()) {
    verdict.complaint = file.problem;
    return verdict;
  }
  const ReplayProgram program(file.program);
  if (!program.failure().empty()) {
    verdict.complaint = program.failure();
    return verdict;
  }
  const ReplayResult oracle = program.Replay(file.input, "interp");
  verdict.complaint = Disagreements(file, program, oracle);
  if (Normalised(file.output) == Normalised(oracle.output)) return verdict;
  file.output = oracle.output;
  verdict.text = file.Text();
  return verdict;
}

}  // namespace
}  // namespace varpulis::testing

int main(int argc, char** argv) {
  using namespace varpulis;
  static const cases::Suite suite{"conformance", VPL_CASES, ".case", testing::Judge};
  return cases::RunCases(argc, argv, suite);
}
