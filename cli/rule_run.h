#pragma once

// Detection rules over a recording: every file an engine of its own.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/alert.h"
#include "cli/commands.h"
#include "cli/diagnostic_options.h"

namespace varpulis::cli {

// `path` itself, or all `*.vpl` files below it in the order of their paths. Nothing, said, if there is none.
std::vector<std::string> RuleFiles(const std::string& path);

struct RuleOutcome {
  ExitCode exit_code = kSuccess;  // what went wrong is in `said`
  std::string said;
  std::vector<Alert> alerts;
  uint64_t events = 0;
};

// The outcome of each file, `workers` files at a time. Outputs of prints and logs go nowhere. Diagnostics of
// programs with errors are shown.
std::vector<RuleOutcome> RunRules(const std::vector<std::string>& files,
                                  const std::vector<std::string>& events,
                                  const DiagnosticOptions& diagnostics, unsigned workers);

// Shows what was said; the gravest exit code.
ExitCode ReportOutcomes(const std::vector<RuleOutcome>& outcomes);

}  // namespace varpulis::cli
