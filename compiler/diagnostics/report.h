#pragma once

// Diagnostics as data: JSON for programs, SARIF 2.1.0 for code hosts (ux.md).

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace varpulis::diagnostics {

struct ProgramReport {
  const source::SourceMap* sources;  // not owned
  std::vector<Diagnostic> diagnostics;
};

// What one run of the compiler has found, in all its programs.
struct Report {
  bool valid = true;  // nothing that makes the run fail
  size_t errors = 0;
  size_t warnings = 0;  // those beyond limits::kMaxDiagnostics are counted here as well
  std::vector<ProgramReport> programs;
};

// One object: `valid`, `errors`, `warnings`, and `diagnostics` in order of file and place, with the
// members of operations.md 9.12: severity, code, line, column, end_line, end_column, message, hint, note and
// related if there are any, and the file. Lines and columns are 1-based, columns count code points, the
// end is the first column behind.
std::string ToJson(const Report& report);

// One run with a table of the rules that were broken. `version` is that of the tool.
std::string ToSarif(const Report& report, std::string_view version);

}  // namespace varpulis::diagnostics
