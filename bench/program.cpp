#include "bench/program.h"

#include "base/check.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#include "jit/engine/native_compiler.h"
#include "runtime/interp/interpret.h"

namespace varpulis::bench {

Program::Program(std::string_view text) {
  source::SourceMap sources("benchmark.vpl", std::string(text));
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  driver::CompiledProgram compiled = driver::Compile(sources, diagnostics, options);
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    VPL_CHECK(compiled.ok, "{}", diagnostics::Render(diagnostic, sources, {}));
  }
  plan = std::move(compiled.plan);

  auto regexes = kernel::CompileRegexes(plan.kernels);
  interpreted = interp::InterpretedTable(plan.kernels, *regexes);
  auto compiler = jit::NativeCompiler::Create(jit::OptLevel::O2);
  native = std::move(*(*compiler)->Compile(plan.kernels, *regexes));
}

ir::KernelId Program::filter() const {
  VPL_CHECK(plan.streams.size() == 1 && plan.streams[0].inputs.size() == 1, "{} streams",
            plan.streams.size());
  return plan.streams[0].inputs[0].filter;
}

}  // namespace varpulis::bench
