// `simulate` with forecasts: what is said of them beside the events.

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Outcome Replay(const std::string& program, const std::string& events,
               const std::vector<std::string>& more = {}) {
  const Scratch scratch;
  std::vector<std::string> arguments = {"simulate", "-p", scratch.Write("p.vpl", program), "-e",
                                        scratch.Write("e.evt", events)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Varpulis(arguments);
}

TEST(Forecast, ATraceShowsItsRunsAndRows) {
  const Outcome outcome = Replay(
      "stream F = A as a -> B where v > 1 as b .within(1m)\n"
      "    .forecast(mode: \"fast\", warmup: 0, confidence: 0.4, horizon: 1s)\n"
      "    .emit(v: v, st: forecast_state)\n",
      "@0s A { v: 1 }\n@1s B { v: 2 }\n@2s A { v: 3 }\n@3s B { v: 0 }\n", {"--trace", "F"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("opened run"), HasSubstr("matched\n"),
                                 HasSubstr("B as b: v > 1 is false (v = 0)"),
                                 HasSubstr("output {\"v\":3,\"st\":\"state_1_of_2\"}\n")))
      << outcome.err;
}

TEST(Forecast, ASilentStreamSaysWhy) {
  const Outcome outcome = Replay(
      "stream F = A as a -> B as b .within(1m)\n"
      "    .forecast(mode: \"fast\", warmup: 2, confidence: 0.9, horizon: 1s)\n"
      "    .emit(p: forecast_probability)\n",
      "@0s A { v: 1 }\n@1s A { v: 2 }\n@2s A { v: 3 }\n@3s A { v: 0 }\n");
  EXPECT_THAT(outcome.err, HasSubstr("no forecast: 4 predictions of 4 runs, 2 during the warm-up, "
                                     "2 below the least probability\n"))
      << outcome.err;
}

TEST(Forecast, ForgottenPartitionsAreReported) {
  std::string events;
  for (uint32_t key = 0; key < limits::kMaxForecastPartitions + 3; ++key)
    events += fmt::format("A {{ k: {} }}\n", key);
  const Outcome outcome = Replay(
      "stream F = A as a -> B as b .partition_by(k) .within(1m) .forecast() .emit(k: k)\n", events);
  EXPECT_THAT(outcome.err, HasSubstr("3 partitions of F were forgotten by its forecasts"))
      << outcome.err;
}

}  // namespace
}  // namespace varpulis::cli_test
