// Every `.case` file below this folder in every mode.

#include <string>

#include "tests/cases/case_files.h"
#include "tests/replay/agreement.h"
#include "tests/replay/case_file.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

cases::Verdict Judge(const std::filesystem::path&, std::string_view text) {
  cases::Verdict verdict{std::string(text), {}};
  CaseFile file = ParseCase(text);
  if (!file.problem.empty()) {
    verdict.complaint = file.problem;
    return verdict;
  }
  ReplayProgram program(file.program);
  program.set_bounds(file.bounds);
  program.set_lookups(file.lookups);
  if (!program.failure().empty()) {
    verdict.complaint = program.failure();
    return verdict;
  }
  const ReplayResult oracle = program.Replay(file.input, "interp");
  verdict.complaint = Disagreements(program, file.input, oracle, file.excluded);
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
