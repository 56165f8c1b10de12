#include "cli/bounds.h"

#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/output.h"

namespace varpulis::cli {

void AddBounds(CLI::App& command, exec::Bounds& all) {
  pattern::RunBounds& bounds = all.runs;
  const auto positive = CLI::Range(1u, UINT32_MAX);
  command
      .add_option("--max-runs", bounds.max_runs, "Open runs per pattern, partition and linking key")
      ->check(positive)
      ->capture_default_str();
  command.add_option("--max-runs-total", bounds.max_runs_total, "Open runs per pattern")
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
  command
      .add_option("--max-reorder", all.max_reorder,
                  "Rows of one stream that wait for its watermark; the oldest goes on early")
      ->check(positive)
      ->capture_default_str();
}

void ReportLosses(const exec::StreamStatistics& stream) {
  const pattern::PatternCounters& pattern = stream.pattern;
  const std::pair<uint64_t, std::string_view> losses[] = {
      {stream.released_early, "rows of {} went on early: the reorder buffer was full"},
      {pattern.dropped, "runs of {} were dropped at the run limit"},
      {pattern.evicted, "runs of {} made room for others at the run limit"},
      {pattern.truncated, "events of {} found no room in a closure"},
      {pattern.cut, "runs of {} had more matches than are put out"},
      {pattern.forgotten, "events that {} should have remembered were forgotten"},
      {stream.trend.dropped, "events of {} were left out of its trends at the limit"},
      {stream.forecast.forgotten, "partitions of {} were forgotten by its forecasts at the limit"},
      {stream.forecast.refused, "contexts of {} were too many for its forecasts to learn"},
  };
  for (const auto& [count, text] : losses) {
    if (count > 0) Say("          {} {}\n", count, fmt::format(fmt::runtime(text), stream.name));
  }
  if (stream.over_shared_bound) {
    Say("          {} had more runs open on all workers than one worker may have\n", stream.name);
  }
}

}  // namespace varpulis::cli
