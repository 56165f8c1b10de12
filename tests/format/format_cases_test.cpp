// One aspect of the layout per file: a program, and how it is laid out or why it is refused.

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "compiler/diagnostics/render.h"
#include "compiler/syntax/format/format.h"
#include "tests/cases/case_files.h"
#include "tests/format/checks.h"

namespace varpulis::format {
namespace {

constexpr std::string_view kProgram = "--- program\n";
constexpr std::string_view kFormatted = "--- formatted\n";
constexpr std::string_view kRefused = "--- refused\n";

std::string Refusal(const std::string& program) {
  const source::SourceMap sources("program.vpl", program);
  diagnostics::DiagnosticEmitter diagnostics;
  Format(sources.main(), diagnostics);
  std::string text;
  for (const auto& diagnostic : diagnostics.Sorted())
    text += diagnostics::Render(diagnostic, sources, {});
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

cases::Verdict Judge(const std::filesystem::path&, std::string_view text) {
  const size_t start = text.find(kProgram);
  if (start == std::string_view::npos || !text.starts_with("# "))
    return {std::string(text), "a case is a sentence, then `--- program`"};
  const size_t from = start + kProgram.size();
  size_t to = text.find(kFormatted, from);
  if (to == std::string_view::npos) to = text.find(kRefused, from);
  std::string program(text.substr(from, to == std::string_view::npos ? to : to - from));
  const Checked checked = FormatAndCheck(program);
  cases::Verdict verdict;
  verdict.complaint = checked.complaint;
  verdict.text = std::string(text.substr(0, from)) + program;
  if (!program.ends_with('\n')) verdict.text += '\n';
  verdict.text += checked.text ? std::string(kFormatted) + *checked.text
                               : std::string(kRefused) + Refusal(program);
  return verdict;
}

}  // namespace
}  // namespace varpulis::format

int main(int argc, char** argv) {
  return varpulis::cases::RunCases(argc, argv,
                                   {"format", VPL_FORMAT_CASES, ".case", varpulis::format::Judge});
}
