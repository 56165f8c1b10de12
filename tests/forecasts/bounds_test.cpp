// What happens when there is too much of something to learn from.

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/differential/dice.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

// Each partition's first event is silent, so whoever speaks has been remembered.
TEST(ForecastBounds, ThePartitionWithoutEventsForLongestIsForgotten) {
  const ReplayProgram program(
      "stream F = A as a -> B as b .partition_by(k) .within(10h)\n"
      "  .forecast(confidence: 0, warmup: 1)\n"
      "  .emit(k: k, runs: active_runs)\n");
  ASSERT_EQ(program.failure(), "");
  std::string events;
  const auto add = [&](uint32_t key) { events += fmt::format("A {{ k: {} }}\n", key); };
  for (uint32_t key = 0; key < limits::kMaxForecastPartitions; ++key) add(key);
  add(0);                               // now 1 has waited longest
  add(limits::kMaxForecastPartitions);  // in its place
  add(1);                               // new, in the place of 2
  add(0);
  add(3);
  add(2);
  const std::vector<std::string> output = program.Replay(events, "interp").output;
  ASSERT_EQ(output.size(), 3u);
  EXPECT_NE(output[0].find("{ k: 0, runs: 2 }"), std::string::npos) << output[0];
  EXPECT_NE(output[1].find("{ k: 0, runs: 3 }"), std::string::npos) << output[1];
  EXPECT_NE(output[2].find("{ k: 3, runs: 2 }"), std::string::npos) << output[2];
}

// Nine conditions may hold in 511 ways. Those that are too many are `other`; the sum of all chances stays 1.
TEST(ForecastBounds, ConditionsHoldInMoreWaysThanThereAreSymbols) {
  std::string text = "stream F =";
  for (int i = 0; i < 9; ++i)
    text += fmt::format(" {}E where f{} == 1 as s{}", i > 0 ? "-> " : "", i, i);
  text +=
      " .within(1h) .forecast(confidence: 0, warmup: 0, max_depth: 2, horizon: 50s)"
      " .emit(n: n, p: forecast_probability)\n";
  const ReplayProgram program(text);
  ASSERT_EQ(program.failure(), "");
  Dice dice(1);
  std::string events;
  for (int n = 0; n < 1'000; ++n) {
    events += fmt::format("@{}s E {{ n: {}", n, n);
    for (int i = 0; i < 9; ++i) events += fmt::format(", f{}: {}", i, dice.Roll(2));
    events += " }\n";
  }
  const ReplayResult expected = program.Replay(events, "interp");
  EXPECT_GT(expected.output.size(), 900u);
  for (const std::string& line : expected.output) {
    const double p = std::strtod(line.c_str() + line.find("p: ") + 3, nullptr);
    EXPECT_GE(p, 0) << line;
    EXPECT_LE(p, 1) << line;
  }
  for (const std::string& mode : AllModes())
    EXPECT_EQ(program.Replay(events, mode).output, expected.output) << mode;
}

}  // namespace
}  // namespace varpulis::testing
