#pragma once

// What the commands that compile have in common: which diagnostics count, and how they are shown.

#include <string>
#include <vector>

#include "cli/commands.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/report.h"

namespace varpulis::cli {

struct DiagnosticOptions {
  std::string format = "text";       // or json, sarif
  bool deny_warnings = false;        // fail for warnings, W003 excepted (decision D32)
  std::vector<std::string> allowed;  // codes of warnings that nobody wants to hear of
};

// Adds `--deny-warnings`, `--allow CODE` and the choice of format under the name `format_option`. The
// options outlive the command.
void AddDiagnosticOptions(CLI::App& command, DiagnosticOptions& options,
                          const std::string& format_option);

// One that leaves out what is allowed.
diagnostics::DiagnosticEmitter MakeEmitter(const DiagnosticOptions& options);
// Whether warnings make the command fail.
bool AreWarningsDenied(const diagnostics::DiagnosticEmitter& diagnostics,
                       const DiagnosticOptions& options);

// Text with source lines on standard error (colours on a terminal), and how many more there are.
void ShowAsText(const diagnostics::DiagnosticEmitter& diagnostics,
                const source::SourceMap& sources);
// In the format of the options, which is not text.
std::string Structured(const diagnostics::Report& report, const DiagnosticOptions& options);
// Adds what is known of one program; its sources must outlive the report.
void AddTo(diagnostics::Report& report, const diagnostics::DiagnosticEmitter& diagnostics,
           const source::SourceMap& sources);
// All of it on standard error, in the format of the options.
void ShowDiagnostics(const diagnostics::DiagnosticEmitter& diagnostics,
                     const source::SourceMap& sources, const DiagnosticOptions& options);

}  // namespace varpulis::cli
