#include "server/host/program.h"

#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "compiler/diagnostics/report.h"
#include "compiler/driver/compile.h"
#include "connectors/registry/registry.h"

namespace varpulis::host {
namespace {

double NowMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

// `line 3: error[E033]: ...`.
std::string FirstError(const diagnostics::DiagnosticEmitter& diagnostics,
                       const source::SourceMap& sources) {
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity() != diagnostics::Severity::Error) continue;
    return fmt::format("line {}: error[{}]: {}",
                       sources.At(diagnostic.span.begin).Locate(diagnostic.span.begin).line,
                       diagnostics::Code(diagnostic.kind), diagnostic.message);
  }
  return "the program has errors";
}

// Lookups are waited for where the row stands, which pipelines that share threads may not do.
std::string WhatNobodyServes(const ir::Plan& plan) {
  const char* operation = !plan.lookups.empty() ? ".enrich" : !plan.alerts.empty() ? ".alert" : "";
  if (*operation == '\0') return {};
  return fmt::format("`{}` is not served by this server yet; `varpulis simulate` runs it",
                     operation);
}

}  // namespace

BuildOutcome BuildProgram(std::string source, const std::string& name, const ImportRoot* root) {
  const double begin = NowMs();
  BuildOutcome outcome;
  auto program = std::make_shared<Program>();
  program->source = source;
  source::SourceMap sources(root != nullptr ? root->ProgramPath(name) : name, std::move(source));
  diagnostics::DiagnosticEmitter diagnostics(sources);
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  if (root != nullptr) options.files = root->Files();
  options.has_driver = connectors::HasDriver;
  options.threads = std::thread::hardware_concurrency();
  driver::CompiledProgram compiled = driver::Compile(sources, diagnostics, options);
  outcome.report = diagnostics::ToJson({.valid = compiled.ok,
                                        .errors = diagnostics.errors(),
                                        .warnings = diagnostics.warnings(),
                                        .programs = {{&sources, diagnostics.Sorted()}}});
  if (compiled.ok) outcome.summary = WhatNobodyServes(compiled.plan);
  if (compiled.ok && outcome.summary.empty()) {
    program->plan = std::move(compiled.plan);
    auto regexes = kernel::CompileRegexes(program->plan.kernels, options.threads);
    if (regexes.ok()) {
      program->regexes = *regexes;
      outcome.program = std::move(program);
    } else {
      outcome.summary = regexes.status().message();
    }
  } else if (!compiled.ok) {
    outcome.is_syntax_error = diagnostics.CountOf(diagnostics::DiagnosticKind::SyntaxError) > 0;
    outcome.summary = FirstError(diagnostics, sources);
  }
  outcome.milliseconds = NowMs() - begin;
  return outcome;
}

}  // namespace varpulis::host
