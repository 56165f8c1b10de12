// Random patterns of trends: the engine says what building every trend says.

#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/cases/case_files.h"
#include "tests/replay/replay.h"
#include "tests/trends/trend_generator.h"

namespace varpulis::testing {
namespace {

constexpr uint64_t kStreamsPerProgram = 4;
// Compiling natively is most of the time.
constexpr uint64_t kAllModesEvery = 10;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(TrendsTest, SumsAreThoseOfAllTrendsOneByOne) {
  const uint64_t first = FromEnvironment("VPL_SEED", 1);
  const uint64_t programs = FromEnvironment("VPL_TREND_PROGRAMS", 150);
  size_t lines = 0;
  for (uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const TrendPattern pattern = RandomPattern(dice);
    const std::string text = ProgramText(pattern);
    const ReplayProgram program(text);
    ASSERT_EQ(program.failure(), "") << text;
    for (uint64_t stream = 0; stream < kStreamsPerProgram; ++stream) {
      const auto events = RandomEvents(dice, pattern, stream % 2 == 1);
      const auto expected = ModelLines(pattern, events);
      lines += expected.size();
      for (const std::string& mode : AllModes()) {
        if (mode != "interp" && (seed - first) % kAllModesEvery != 0) continue;
        const ReplayResult result = program.Replay(EventText(events), mode);
        ASSERT_EQ(result.failure, "");
        ASSERT_EQ(cases::Diff(fmt::format("{}", fmt::join(expected, "\n")),
                              fmt::format("{}", fmt::join(result.output, "\n"))),
                  "")
            << "seed " << seed << ", " << mode << "\n"
            << text << EventText(events);
      }
    }
  }
  EXPECT_GT(lines, programs) << "hardly any trend was complete";
}

// Without it the test above might compare nothing.
TEST(TrendsTest, APlantedBugIsFound) {
  bool found = false;
  for (uint64_t seed = 1; seed < 100 && !found; ++seed) {
    Dice dice(seed);
    const TrendPattern pattern = RandomPattern(dice);
    ReplayProgram program(ProgramText(pattern));
    ASSERT_EQ(program.failure(), "");
    ir::TrendPlan& trend = *program.plan().streams.back().trend;
    // Conditions between events are forgotten.
    for (ir::TrendPlace& place : trend.places) {
      for (ir::TrendEdge& edge : place.edges) edge.guards.clear();
    }
    const auto events = RandomEvents(dice, pattern, false);
    found = program.Replay(EventText(events), "interp").output != ModelLines(pattern, events);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace varpulis::testing
