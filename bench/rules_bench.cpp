// What does the size of a program cost? Packs of detection rules from text to a checked plan, and on
// to the alert of the first event, interpreted, beside lexing alone. Each size in a process of its own,
// so that memory can be told, and so that nothing is warm: a command starts like that.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "compiler/driver/compile.h"
#include "compiler/syntax/token.h"
#include "examples/generate/rule_pack.h"
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"

namespace varpulis::bench {
namespace {

constexpr uint64_t kSeed = 1;

double NowMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

// One run, in milliseconds from the text of the program.
struct Figures {
  double lex = 0;
  double validate = 0;
  double first_event = 0;
  uint64_t bytes = 0;   // of the program
  uint64_t alerts = 0;  // of the one event, which is made for a rule
  double rss_mb = 0;    // the most that the process had
};

uint64_t FirstEvent(const ir::Plan& plan, const std::string& line) {
  auto regexes = kernel::CompileRegexes(plan.kernels, std::thread::hardware_concurrency());
  VPL_CHECK(regexes.ok(), "{}", regexes.status().message());
  exec::JsonSink sink([](std::string_view) {}, [](std::string_view) {});
  const auto executor =
      exec::MakeExecutor(plan, 1, interp::InterpretedTable(plan.kernels, *regexes), sink);
  const auto reader = io::EventReader::OverText("events.jsonl", line + "\n", plan, {});
  row::Batch batch(plan);
  Result<bool> more = reader->Next(batch);
  VPL_CHECK(more.ok() && *more, "the event cannot be read");
  executor->Start(batch);
  executor->Wait();
  return executor->outputs();
}

Figures Run(uint64_t rules) {
  Figures figures;
  source::SourceMap sources("rules.vpl", generate::RulePackText(kSeed, rules));
  generate::RuleEvents events(kSeed, rules);
  std::string line;
  while (events.hit().empty()) line = events.Next();
  figures.bytes = sources.main().text().size();

  const double begin = NowMs();
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CompileOptions options;
  options.check_regex = kernel::CheckRegex;
  options.threads = std::thread::hardware_concurrency();
  const driver::CompiledProgram program = driver::Compile(sources, diagnostics, options);
  VPL_CHECK(program.ok && diagnostics.warnings() == 0, "the rules are not accepted");
  figures.validate = NowMs() - begin;
  figures.alerts = FirstEvent(program.plan, line);
  figures.first_event = NowMs() - begin;

  const double lex_begin = NowMs();
  VPL_CHECK(!syntax::Lex(sources.main(), diagnostics).empty());
  figures.lex = NowMs() - lex_begin;
  return figures;
}

// Runs in a process of its own. False if that ended badly.
bool RunApart(uint64_t rules, Figures& figures) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    const Figures own = Run(rules);
    const bool written = write(ends[1], &own, sizeof own) == sizeof own;
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  const bool is_read = read(ends[0], &figures, sizeof figures) == sizeof figures;
  close(ends[0]);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  figures.rss_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  return is_read && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct Row {
  uint64_t rules;
  Figures best;

  double megabytes() const { return static_cast<double>(best.bytes) / 1e6; }
  double per_megabyte() const { return best.validate / megabytes(); }
};

// The quickest of several runs: what disturbs one only makes it slower.
bool Measure(uint64_t rules, int repetitions, Row& row) {
  row.rules = rules;
  for (int i = 0; i < repetitions; ++i) {
    Figures figures;
    if (!RunApart(rules, figures)) return false;
    if (i == 0) row.best = figures;
    row.best.lex = std::min(row.best.lex, figures.lex);
    row.best.validate = std::min(row.best.validate, figures.validate);
    row.best.first_event = std::min(row.best.first_event, figures.first_event);
    row.best.rss_mb = std::min(row.best.rss_mb, figures.rss_mb);
  }
  return row.best.alerts > 0;
}

void PrintRow(const Row& row) {
  fmt::print("{:>6} {:>8.2f} {:>9.1f} {:>10.0f} {:>13.1f} {:>11.0f} {:>13.0f} {:>8.0f}\n",
             row.rules, row.megabytes(), row.best.lex, row.best.validate,
             row.best.validate / row.best.lex, row.per_megabyte(), row.best.first_event,
             row.best.rss_mb);
  std::fflush(stdout);
}

// How much more a byte of the largest program costs than one of the smallest: 1 is linear.
double Linearity(const std::vector<Row>& rows) {
  return rows.back().per_megabyte() / rows.front().per_megabyte();
}

bool WriteJson(const std::string& path, const std::vector<Row>& rows) {
  nlohmann::ordered_json json;
  json["benchmark"] = "rules";
  json["unit"] = "milliseconds";
  json["linearity"] = Linearity(rows);
  for (const Row& row : rows) {
    json["sizes"].push_back({{"rules", row.rules},
                             {"bytes", row.best.bytes},
                             {"lex", row.best.lex},
                             {"validate", row.best.validate},
                             {"first_event", row.best.first_event},
                             {"rss_mb", row.best.rss_mb}});
  }
  std::error_code ignored;  // opening the file tells
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  std::ofstream file(path);
  file << json.dump(2) << '\n';
  return file.flush().good();
}

struct Options {
  std::string filter;
  std::string json;
  bool quick = false;
  bool profile = false;
};

bool ReadOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--quick") {
      options.quick = true;
    } else if (name == "--profile") {
      options.profile = true;
    } else if (name == "--filter" && i + 1 < argc) {
      options.filter = argv[++i];
    } else if (name == "--json" && i + 1 < argc) {
      options.json = argv[++i];
    } else {
      return false;
    }
  }
  return true;
}

int Main(int argc, char** argv) {
  Options options;
  if (!ReadOptions(argc, argv, options)) {
    fmt::print(stderr, "usage: rules_bench [--filter TEXT] [--quick] [--json FILE] [--profile]\n");
    return 2;
  }
  if (std::string_view("rules").find(options.filter) == std::string_view::npos) return 0;
  if (options.profile) return Run(4000).alerts > 0 ? 0 : 1;
  const std::vector<uint64_t> sizes =
      options.quick ? std::vector<uint64_t>{20, 40} : std::vector<uint64_t>{500, 1000, 2000, 4000};
  fmt::print("{:>6} {:>8} {:>9} {:>10} {:>13} {:>11} {:>13} {:>8}\n", "rules", "MB", "lex ms",
             "validate", "validate/lex", "ms per MB", "first event", "RSS MB");
  std::vector<Row> rows;
  for (const uint64_t size : sizes) {
    Row row;
    if (!Measure(size, options.quick ? 1 : 3, row)) {
      fmt::print(stderr, "{} rules: the event that fits one of them gave no alert\n", size);
      return 1;
    }
    PrintRow(row);
    rows.push_back(row);
  }
  fmt::print("linearity: a byte of {} rules costs {:.2f} times one of {}\n\n", sizes.back(),
             Linearity(rows), sizes.front());
  std::string json = options.json;
  if (json.empty() && !options.quick) json = "build/bench/rules.json";
  return json.empty() || WriteJson(json, rows) ? 0 : 1;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) { return varpulis::bench::Main(argc, argv); }
