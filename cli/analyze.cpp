#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/output.h"
#include "cli/rule_run.h"

// The attacker's side: which rules still find a recording in which somebody tried to avoid them.

namespace varpulis::cli {
namespace {

struct Options {
  std::string rules;
  std::vector<std::string> baseline;
  std::vector<std::string> evasion;
  std::string format = "table";
  unsigned workers = 1;
  DiagnosticOptions diagnostics;
};

struct Verdict {
  std::string mitre;
  size_t baseline = 0;  // alerts
  size_t evasion = 0;

  const char* Word() const {
    if (baseline > 0) return evasion > 0 ? "RESILIENT" : "EVADABLE";
    return evasion > 0 ? "BROKEN" : "SILENT";
  }
};

void Count(const std::vector<Alert>& alerts, size_t Verdict::* counter,
           std::map<std::string, Verdict>& verdicts) {
  for (const Alert& alert : alerts) {
    Verdict& verdict = verdicts[alert.rule];
    ++(verdict.*counter);
    if (verdict.mitre.empty()) verdict.mitre = alert.mitre;
  }
}

// The rules of one file, by the names in its alerts; a file without any is one rule with its name.
std::map<std::string, Verdict> VerdictsOf(const std::string& file, const RuleOutcome& baseline,
                                          const RuleOutcome& evasion) {
  std::map<std::string, Verdict> verdicts;
  Count(baseline.alerts, &Verdict::baseline, verdicts);
  Count(evasion.alerts, &Verdict::evasion, verdicts);
  if (verdicts.empty()) verdicts[std::filesystem::path(file).stem()];
  return verdicts;
}

std::string Finding(size_t alerts) {
  return alerts > 0 ? fmt::format("DETECT ({})", alerts) : "MISS";
}

int Analyze(const Options& options) {
  const std::vector<std::string> files = RuleFiles(options.rules);
  if (files.empty()) return kUsageError;
  const auto over = [&](const std::vector<std::string>& events) {
    return RunRules(files, events, options.diagnostics, options.workers);
  };
  const std::vector<RuleOutcome> baseline = over(options.baseline);
  if (const ExitCode failed = ReportOutcomes(baseline); failed != kSuccess) return failed;
  const std::vector<RuleOutcome> evasion = over(options.evasion);
  if (const ExitCode failed = ReportOutcomes(evasion); failed != kSuccess) return failed;
  std::vector<std::vector<std::string>> rows = {
      {"Rule", "MITRE", "Baseline", "Evasion", "Verdict"}};
  std::map<std::string, size_t> totals;
  for (size_t i = 0; i < files.size(); ++i) {
    for (const auto& [rule, verdict] : VerdictsOf(files[i], baseline[i], evasion[i])) {
      rows.push_back({rule, verdict.mitre, Finding(verdict.baseline), Finding(verdict.evasion),
                      verdict.Word()});
      ++totals[verdict.Word()];
    }
  }
  WriteStandardOutput(options.format == "json"       ? RowsAsJson(rows)
                      : options.format == "markdown" ? MarkdownTable(rows)
                                                     : TextTable(rows));
  std::string summary = fmt::format("{} rules", rows.size() - 1);
  for (const auto& [word, count] : totals) summary += fmt::format(", {} {}", count, word);
  Say("{}\n", summary);
  return kSuccess;
}

}  // namespace

void AddAnalyze(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "analyze",
      "Compare what rules find in a recording with what they find in one that evades them");
  command->footer(
      "Example: varpulis analyze --rules rules/ --baseline attack.jsonl --evasion renamed.jsonl");
  command->add_option("-r,--rules", options->rules, "VPL file, or a folder of them")->required();
  command->add_option("--baseline", options->baseline, "Event files of the plain attack")
      ->required();
  command->add_option("--evasion", options->evasion, "Event files of the one that evades")
      ->required();
  command->add_option("--format", options->format, "How verdicts are listed")
      ->check(CLI::IsMember({"table", "json", "markdown"}));
  command->add_option("-w,--workers", options->workers, "Rule files at a time")
      ->check(CLI::Range(1, 256));
  AddDiagnosticOptions(*command, options->diagnostics, "--diagnostics");
  command->callback([options, &run] { run = [options] { return Analyze(*options); }; });
}

}  // namespace varpulis::cli
