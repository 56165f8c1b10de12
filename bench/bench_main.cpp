#include "bench/bench_main.h"

#include <cstdio>

#include <fmt/format.h>

#include "bench/report.h"

namespace varpulis::bench {
namespace {

constexpr std::string_view kUsage =
    "usage: {}_bench [--filter TEXT] [--quick] [--json FILE] [--profile]\n"
    "  --filter TEXT  only questions with TEXT in their name\n"
    "  --quick        few events and one sample: do the results agree?\n"
    "  --json FILE    default: build/bench/{}.json, none with --quick\n"
    "  --profile      native alone for two seconds per question, for `perf record`\n";

// Enough for every query to have results.
constexpr uint32_t kQuickEvents = 20'000;

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

int Fail(const Status& status) {
  fmt::print(stderr, "{}\n", status.message());
  return 1;
}

}  // namespace

int Main(const Benchmark& benchmark, int argc, char** argv) {
  Options options;
  if (!ReadOptions(argc, argv, options)) {
    fmt::print(stderr, fmt::runtime(kUsage), benchmark.name, benchmark.name);
    return 2;
  }
  Measuring measuring;
  if (options.quick) measuring = {1, 0};
  std::vector<Outcome> outcomes;
  for (const Question& question :
       benchmark.questions(options.quick ? kQuickEvents : benchmark.events)) {
    if (question.name.find(options.filter) == std::string::npos) continue;
    if (options.profile) {
      RunNative(question, 2);
      continue;
    }
    Result<Outcome> outcome = Measure(question, measuring);
    if (!outcome.ok()) return Fail(outcome.status());
    if (outcomes.empty()) fmt::print("{}", TableHead(benchmark.baseline));
    fmt::print("{}", TableLine(*outcome));
    std::fflush(stdout);
    outcomes.push_back(std::move(*outcome));
  }
  if (outcomes.empty()) return 0;  // the filter speaks of other benchmarks
  fmt::print("\n");
  std::string json = options.json;
  // A subset does not replace what the whole suite has found.
  const bool whole = !options.quick && options.filter.empty();
  if (json.empty() && whole) json = fmt::format("build/bench/{}.json", benchmark.name);
  if (json.empty()) return 0;
  const Status written = WriteJson(json, benchmark.name, benchmark.baseline, outcomes);
  return written.ok() ? 0 : Fail(written);
}

}  // namespace varpulis::bench
