// Every example of docs/language: programs compile, or fail with the code that the document says; those
// with events give the output that is printed below them, in every mode.

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/cases/case_files.h"
#include "tests/documents/document.h"
#include "tests/replay/agreement.h"
#include "tests/replay/case_file.h"

namespace varpulis::testing {
namespace {

// The complaint about an example that cannot be blessed; the example gets the output that it has.
std::string Run(Example& example) {
  ReplayProgram program(example.program);
  program.set_lookups(example.lookups);
  if (!example.expected_code.empty()) {
    const bool said =
        program.failure().find("[" + example.expected_code + "]") != std::string::npos;
    return said ? std::string()
                : fmt::format("line {}: {} is not reported\n{}", example.line,
                              example.expected_code, program.failure());
  }
  if (!program.failure().empty()) {
    return fmt::format("line {}: {}", example.line, program.failure());
  }
  if (!example.has_events) return {};
  const ReplayResult oracle = program.Replay(example.events, "interp");
  if (!oracle.failure.empty()) return fmt::format("line {}: {}", example.line, oracle.failure);
  if (Normalised(example.output) != Normalised(oracle.output)) example.output = oracle.output;
  // What was remembered is asked again behind a checkpoint (language.md 12.1), and says so.
  std::map<std::string, std::string> excluded;
  if (example.program.find("cache_ttl") != std::string::npos)
    excluded = {{"checkpoint", "asks again"}, {"checkpoint-shards", "asks again"}};
  return Disagreements(program, example.events, oracle, excluded);
}

cases::Verdict Judge(const std::filesystem::path&, std::string_view text) {
  Document document = ParseDocument(text);
  cases::Verdict verdict;
  for (Example& example : document.examples) verdict.complaint += Run(example);
  verdict.complaint += document.problem;
  verdict.text = document.Text();
  return verdict;
}

}  // namespace
}  // namespace varpulis::testing

int main(int argc, char** argv) {
  using namespace varpulis;
  static const cases::Suite suite{"documents", VPL_DOCUMENTS, ".md", testing::Judge};
  return cases::RunCases(argc, argv, suite);
}
