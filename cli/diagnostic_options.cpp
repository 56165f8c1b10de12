#include "cli/diagnostic_options.h"

#include <unistd.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/output.h"
#include "cli/terminal.h"
#include "compiler/diagnostics/render.h"

namespace varpulis::cli {
namespace {

using diagnostics::DiagnosticKind;

// Empty if the code can be allowed.
std::string CheckAllowed(const std::string& code) {
  const auto kind = diagnostics::FindKind(code);
  if (!kind) return fmt::format("there is no warning {}", code);
  if (diagnostics::SeverityOf(*kind) == diagnostics::Severity::Warning) return "";
  return fmt::format("{} is an error: only warnings can be allowed", code);
}

}  // namespace

void AddDiagnosticOptions(CLI::App& command, DiagnosticOptions& options,
                          const std::string& format_option) {
  command.add_flag("--deny-warnings", options.deny_warnings, "Warnings fail, for CI");
  command.add_option("--allow", options.allowed, "Code of a warning to leave out, e.g. W034")
      ->take_all()
      ->allow_extra_args(false)
      ->check(CLI::Validator(CheckAllowed, "CODE"));
  command.add_option(format_option, options.format, "Diagnostics as text, json, or sarif")
      ->check(CLI::IsMember({"text", "json", "sarif"}));
}

diagnostics::DiagnosticEmitter MakeEmitter(const DiagnosticOptions& options) {
  diagnostics::DiagnosticEmitter emitter;
  for (const std::string& code : options.allowed) {
    if (const auto kind = diagnostics::FindKind(code)) emitter.Silence(*kind);
  }
  return emitter;
}

bool AreWarningsDenied(const diagnostics::DiagnosticEmitter& diagnostics,
                       const DiagnosticOptions& options) {
  const auto exempt = diagnostics::FindKind("W003");
  const size_t left_alone = exempt ? diagnostics.CountOf(*exempt) : 0;
  return options.deny_warnings && diagnostics.warnings() > left_alone;
}

void ShowAsText(const diagnostics::DiagnosticEmitter& diagnostics,
                const source::SourceMap& sources) {
  const diagnostics::RenderOptions options{UseColour(STDERR_FILENO)};
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    WriteStandardError(diagnostics::Render(diagnostic, sources, options));
  }
  if (diagnostics.dropped() > 0) Say("{} more are not shown\n", diagnostics.dropped());
}

std::string Structured(const diagnostics::Report& report, const DiagnosticOptions& options) {
  return options.format == "sarif" ? diagnostics::ToSarif(report, VPL_VERSION)
                                   : diagnostics::ToJson(report);
}

void AddTo(diagnostics::Report& report, const diagnostics::DiagnosticEmitter& diagnostics,
           const source::SourceMap& sources) {
  report.errors += diagnostics.errors();
  report.warnings += diagnostics.warnings();
  report.programs.push_back({&sources, diagnostics.Sorted()});
}

void ShowDiagnostics(const diagnostics::DiagnosticEmitter& diagnostics,
                     const source::SourceMap& sources, const DiagnosticOptions& options) {
  if (options.format == "text") return ShowAsText(diagnostics, sources);
  diagnostics::Report report;
  report.valid = !diagnostics.has_errors() && !AreWarningsDenied(diagnostics, options);
  AddTo(report, diagnostics, sources);
  WriteStandardError(Structured(report, options));
}

}  // namespace varpulis::cli
