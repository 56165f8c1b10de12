// The whole front end on any text: tokens to verified plan, dumps, every diagnostic as it is shown.

#include <string>

#include "base/check.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#include "runtime/kernel/kernel_table.h"
#include "tests/fuzz/target.h"

namespace varpulis::fuzz {
namespace {

void RenderAll(const diagnostics::DiagnosticEmitter& diagnostics,
               const source::SourceMap& sources) {
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    VPL_CHECK(diagnostic.span.begin <= sources.main().text().size(), "span {} of {} bytes",
              diagnostic.span.begin, sources.main().text().size());
    VPL_CHECK(!diagnostics::Render(diagnostic, sources, {}).empty());
  }
}

// What the compiler makes can be written down and read again.
void PrintPlan(const ir::Plan& plan) {
  VPL_CHECK(ir::Print(plan).size() + ir::PrintDot(plan).size() > 0);
  for (const ir::Kernel& kernel : plan.kernels) {
    const std::string text = ir::Print(kernel);
    Result<ir::Kernel> parsed = ir::ParseKernel(text);
    VPL_CHECK(parsed.ok(), "{}\n{}", parsed.status().message(), text);
    VPL_CHECK(ir::Print(*parsed) == text, "{}", text);
  }
}

void Compile(const std::string& text) {
  source::SourceMap sources("fuzz.vpl", text);
  constexpr driver::Stage kDumps[] = {driver::Stage::Tokens, driver::Stage::Ast,
                                      driver::Stage::Typed, driver::Stage::Automaton};
  driver::CompileOptions options;
  options.dump = kDumps[text.size() % std::size(kDumps)];
  options.check_regex = kernel::CheckRegex;
  diagnostics::DiagnosticEmitter diagnostics;
  const driver::CompiledProgram program = driver::Compile(sources, diagnostics, options);
  RenderAll(diagnostics, sources);
  VPL_CHECK(program.ok != diagnostics.has_errors());
  // Two mistakes beside four warnings: no seed has that.
  Canary(diagnostics.errors() == 2 && diagnostics.warnings() == 4);
  if (!program.ok) return;
  PrintPlan(program.plan);
  VPL_CHECK(kernel::CompileRegexes(program.plan.kernels).ok());
}

}  // namespace
}  // namespace varpulis::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  varpulis::fuzz::Compile({reinterpret_cast<const char*>(data), size});
  return 0;
}
