// Streams whose laws are known: what is learnt of them, and how good the intervals are.

#include <array>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

constexpr size_t kEvents = 100'000;

// The number behind `name: ` in a line of output.
double NumberOf(const std::string& line, const std::string& name) {
  const size_t at = line.find(name + ": ");
  EXPECT_NE(at, std::string::npos) << line;
  return std::strtod(line.c_str() + at + name.size() + 2, nullptr);
}

double Uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// Next by the row of the last one.
using Chain = std::array<std::array<double, 4>, 4>;
constexpr Chain kChain = {
    {{0.1, 0.6, 0.2, 0.1}, {0.3, 0.1, 0.3, 0.3}, {0.5, 0.2, 0.1, 0.2}, {0.25, 0.25, 0.25, 0.25}}};

// A horizon of one event: the probability is that of the next symbol, by the context.
TEST(ConvergenceTest, NextSymbolsOfAMarkovChainAreFound) {
  const ReplayProgram program(
      "stream F = A as a -> B as b -> C as c -> D as d .within(1h)\n"
      "  .forecast(confidence: 0, warmup: 0, horizon: 1ns, max_depth: 3, hawkes: false)\n"
      "  .emit(n: n, p: forecast_probability, s: forecast_state)\n");
  ASSERT_EQ(program.failure(), "");
  std::mt19937_64 random(7);
  std::string events;
  std::vector<size_t> symbols;
  size_t last = 3;
  for (size_t i = 0; i < kEvents; ++i) {
    double left = Uniform(random);
    size_t next = 0;
    for (; next < 3 && left >= kChain[last][next]; ++next) left -= kChain[last][next];
    last = next;
    symbols.push_back(next);
    events += fmt::format("@{}s {} {{ n: {} }}\n", i, "ABCD"[next], i);
  }
  const ReplayResult result = program.Replay(events, "interp");
  ASSERT_EQ(result.failure, "");
  size_t compared = 0;
  std::array<bool, 4> seen{};
  for (const std::string& line : result.output) {
    const auto n = static_cast<size_t>(NumberOf(line, "n"));
    // A run that needs one step more has the chance of that step; others none within one event.
    if (n < kEvents - 2'000 || line.find("state_3_of_4") == std::string::npos) continue;
    EXPECT_NEAR(NumberOf(line, "p"), kChain[symbols[n]][3], 0.02) << line;
    seen[symbols[n]] = true;
    ++compared;
  }
  EXPECT_GT(compared, 500u);
  EXPECT_TRUE(seen[0] && seen[1] && seen[2]);
}

// With independent symbols the formula is exact: 1 - (1 - p)^T for the last step.
TEST(ConvergenceTest, CompletionOfIndependentSymbolsIsExact) {
  const ReplayProgram program(
      "stream F = A as a -> B as b .within(1h)\n"
      "  .forecast(confidence: 0, warmup: 0, horizon: 5s, hawkes: false)\n"
      "  .emit(n: n, p: forecast_probability)\n");
  ASSERT_EQ(program.failure(), "");
  std::mt19937_64 random(11);
  std::string events;
  for (size_t i = 0; i < kEvents; ++i) {
    const double at = Uniform(random);
    events += fmt::format("@{}s {} {{ n: {} }}\n", i, at < 0.8 ? "A" : "B", i);
  }
  const ReplayResult result = program.Replay(events, "interp");
  ASSERT_FALSE(result.output.empty());
  const std::string& line = result.output.back();
  // Five events within the horizon; an error of 0.01 in p is one of 0.02 in the result.
  EXPECT_NEAR(NumberOf(line, "p"), 1 - std::pow(0.8, 5), 0.02) << line;
}

// A run ends with the event after its first one: with B it completes, with C it is killed. How likely which
// is depends on what came before, in many degrees, so scores are not all alike.
TEST(ConvergenceTest, IntervalsHoldNineOutcomesOfTen) {
  const ReplayProgram program(
      "pattern P = SEQ(A as a, NOT C, B as b) within 1h\n"
      "stream F = P .forecast(confidence: 0, warmup: 1000, horizon: 1ns, max_depth: 1, hawkes: "
      "true, "
      "conformal: true)\n"
      "  .emit(n: n, p: forecast_probability, lo: forecast_lower, hi: forecast_upper)\n");
  ASSERT_EQ(program.failure(), "");
  std::mt19937_64 random(13);
  std::string events;
  std::vector<bool> completes(kEvents);
  int64_t ms = 0;
  for (size_t i = 0; i < kEvents; ++i) {
    ms += 1 + static_cast<int64_t>(Uniform(random) * (random() % 8 == 0 ? 20'000 : 500));
    const bool is_end = i % 2 == 1;
    const bool completed = is_end && Uniform(random) < 0.9;
    events += fmt::format("@{}ms {} {{ n: {} }}\n", ms, is_end ? (completed ? "B" : "C") : "A", i);
    if (is_end) completes[i - 1] = completed;
  }
  const ReplayResult result = program.Replay(events, "interp");
  size_t held = 0, counted = 0;
  for (const std::string& line : result.output) {
    const auto n = static_cast<size_t>(NumberOf(line, "n"));
    const double lower = NumberOf(line, "lo"), upper = NumberOf(line, "hi");
    if (lower == 0 && upper == 1) continue;
    ++counted;
    held += completes[n] ? (upper >= 1 ? 1 : 0) : (lower <= 0 ? 1 : 0);
  }
  ASSERT_GT(counted, kEvents / 4);
  const double share = static_cast<double>(held) / static_cast<double>(counted);
  EXPECT_GE(share, 0.88);
  EXPECT_LE(share, 0.92);
}

}  // namespace
}  // namespace varpulis::testing
