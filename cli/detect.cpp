#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/output.h"
#include "cli/rule_run.h"
#include "cli/terminal.h"

// The defender's side: which rules find something in a recording.

namespace varpulis::cli {
namespace {

struct Options {
  std::string rules;
  std::vector<std::string> events;
  std::string format = "table";
  unsigned workers = 1;
  DiagnosticOptions diagnostics;
};

std::string Shown(const std::vector<Alert>& alerts, const std::string& format) {
  if (format == "json") return AlertsAsJson(alerts);
  if (format == "cef") return AlertsAsCef(alerts);
  if (format == "markdown") return AlertsAsMarkdown(alerts);
  return AlertsAsTable(alerts);
}

int Detect(const Options& options) {
  const double begin = NowMs();
  const std::vector<std::string> files = RuleFiles(options.rules);
  if (files.empty()) return kUsageError;
  std::vector<RuleOutcome> outcomes =
      RunRules(files, options.events, options.diagnostics, options.workers);
  std::vector<Alert> alerts;
  uint64_t events = 0;
  for (RuleOutcome& outcome : outcomes) {
    std::move(outcome.alerts.begin(), outcome.alerts.end(), std::back_inserter(alerts));
    events = std::max(events, outcome.events);
  }
  WriteStandardOutput(Shown(alerts, options.format));
  const ExitCode exit_code = ReportOutcomes(outcomes);
  const double seconds = (NowMs() - begin) / 1000;
  const std::string summary = fmt::format(
      "{} alert(s) detected | {} events x {} rules in {:.2f} s ({:.0f} evt/s)\n", alerts.size(),
      events, files.size(), seconds, seconds > 0 ? static_cast<double>(events) / seconds : 0);
  // A table is for people; what programs read has nothing else in it.
  if (options.format == "table" || options.format == "markdown") {
    WriteStandardOutput(options.format == "markdown" ? "\n" + summary : summary);
  } else {
    Say("{}", summary);
  }
  return exit_code;
}

}  // namespace

void AddDetect(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("detect", "Run detection rules over a recording and list the alerts");
  command->footer("Example: varpulis detect --rules rules/ --events attack.jsonl --format cef");
  command->add_option("-r,--rules", options->rules, "VPL file, or a folder of them")->required();
  command->add_option("-e,--events", options->events, "Event files (.jsonl, .evt, .csv)")
      ->required();
  command->add_option("--format", options->format, "How alerts are listed")
      ->check(CLI::IsMember({"table", "json", "cef", "markdown"}));
  command->add_option("-w,--workers", options->workers, "Rule files at a time")
      ->check(CLI::Range(1, 256));
  AddDiagnosticOptions(*command, options->diagnostics, "--diagnostics");
  command->callback([options, &run] { run = [options] { return Detect(*options); }; });
}

}  // namespace varpulis::cli
