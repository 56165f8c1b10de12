#include "cli/run_bounds.h"

#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/output.h"

namespace varpulis::cli {

void AddRunBounds(CLI::App& command, pattern::RunBounds& bounds) {
  const auto positive = CLI::Range(1u, UINT32_MAX);
  command
      .add_option("--max-runs", bounds.max_runs, "Open runs per pattern, partition and linking key")
      ->check(positive)
      ->capture_default_str();
  command
      .add_option("--max-runs-total", bounds.max_runs_total,
                  "Open runs per pattern, on each worker")
      ->check(positive)
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--run-overflow",
          [&bounds](const std::string& policy) {
            if (pattern::ReadOverflow(policy, bounds)) return;
            throw CLI::ValidationError("--run-overflow",
                                       fmt::format("`{}` is no policy, of sample(RATE) the rate "
                                                   "is from 0 to 1",
                                                   policy));
          },
          "At these bounds: drop (default), evict_oldest, evict_least_progress, sample(RATE), "
          "error")
      ->type_name("POLICY");
  command
      .add_option("--max-closure", bounds.max_closure,
                  "Elements of a closure, default 10000, and 20 (at most 62) under .subsets()")
      ->check(positive);
  command.add_option("--max-matches", bounds.max_matches, "Matches tried when one run completes")
      ->check(positive)
      ->capture_default_str();
}

void ReportLosses(std::string_view stream, const pattern::PatternCounters& pattern) {
  const std::pair<uint64_t, std::string_view> losses[] = {
      {pattern.dropped, "runs of {} were dropped at the run limit"},
      {pattern.evicted, "runs of {} made room for others at the run limit"},
      {pattern.truncated, "events of {} found no room in a closure"},
      {pattern.cut, "runs of {} had more matches than are put out"},
      {pattern.forgotten, "events that {} should have remembered were forgotten"},
  };
  for (const auto& [count, text] : losses) {
    if (count > 0) Say("          {} {}\n", count, fmt::format(fmt::runtime(text), stream));
  }
}

}  // namespace varpulis::cli
