// Trends of many events, whose sums are known in closed form, and what happens at the bounds.

#include <cstdint>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

std::string Event(int64_t ms, const char* type, const std::string& fields) {
  return fmt::format("{{\"type\":\"{}\",\"timestamp\":\"{}\",{}}}\n", type,
                     base::FormatTimestamp(ms * kNsPerMs), fields);
}

// The only line of the program over the events, which all modes agree on.
std::string OnlyLine(const std::string& text, const std::string& events) {
  const ReplayProgram program(text);
  EXPECT_EQ(program.failure(), "");
  std::string line;
  for (const std::string& mode : AllModes()) {
    const ReplayResult result = program.Replay(events, mode);
    EXPECT_EQ(result.failure, "");
    EXPECT_EQ(result.output.size(), 1u) << mode;
    if (result.output.empty()) return "";
    if (line.empty()) line = result.output.front();
    EXPECT_EQ(line, result.output.front()) << mode;
  }
  return line.substr(line.find('{'));
}

// n events that may all follow each other have 2^n - 1 trends, with or without vertices of their own.
TEST(ClosedFormTest, CompatibleEventsHaveAllTheirSubsets) {
  for (const int n : {1, 2, 10, 40, 62, 63, 64, 65, 1000, 5000}) {
    std::string events;
    for (int i = 0; i < n; ++i) events += Event(i, "E", fmt::format("\"v\":{}", i));
    const bool fits = n < 64;
    const int64_t count =
        fits ? static_cast<int64_t>((uint64_t{1} << n) - 1) : std::numeric_limits<int64_t>::max();
    const std::string expected = fmt::format("{{ n: {}{} }}", count, fits ? "" : ", over: true");
    for (const char* step : {"E", "E where v > e.v"}) {
      // The pairs of 5000 vertices take long where nothing is optimised.
      if (n > 1000 && std::string(step) != "E") continue;
      const std::string text = fmt::format(
          "stream T = all {} as e .within(1h) .trend_aggregate(n: count_trends()) .emit(n: n, "
          "over: "
          "overflow)\n",
          step);
      EXPECT_EQ(OnlyLine(text, events), expected) << n << " " << step;
    }
  }
}

// Beyond all doubles a sum has no value as JSON; that of zeros stays zero.
TEST(ClosedFormTest, ZerosAreZeroHoweverOften) {
  std::string events;
  for (int i = 0; i < 1100; ++i) events += Event(i, "E", "\"v\":0,\"w\":1");
  EXPECT_EQ(
      OnlyLine("stream T = all E as e .within(1h) .trend_aggregate(s: sum_trends(v), w: "
               "sum_trends(w), hi: max_trends(w)) .emit(s: s, w: w, hi: hi, over: overflow)\n",
               events),
      "{ s: 0.0, w: null, hi: 1.0, over: true }");
}

// s starts and k elements behind all of them: s * (2^k - 1) trends, each element in s * 2^(k-1) of them.
TEST(ClosedFormTest, ARunBehindStartsIsTheirProduct) {
  constexpr int kStarts = 300;
  constexpr int kElements = 30;
  std::string events;
  for (int i = 0; i < kStarts; ++i) events += Event(i, "A", "\"k\":1");
  for (int i = 0; i < kElements; ++i) events += Event(kStarts + i, "B", "\"k\":1,\"v\":0.5");
  const int64_t trends = kStarts * ((int64_t{1} << kElements) - 1);
  const int64_t elements = kStarts * (int64_t{kElements} << (kElements - 1));
  for (const char* condition : {"", " where k == a.k", " where k == a.k and v >= b.v"}) {
    const std::string text = fmt::format(
        "stream T = A as a -> all B{} as b .within(1h) .trend_aggregate(n: count_trends(), a: "
        "count_events(a), b: count_events(b), s: sum_trends(b.v), m: avg_trends(b.v)) .emit(n: n, "
        "a: "
        "a, b: b, same: s * 2 == b, m: m)\n",
        condition);
    EXPECT_EQ(OnlyLine(text, events), fmt::format("{{ n: {}, a: {}, b: {}, same: true, m: 0.5 }}",
                                                  trends, trends, elements))
        << condition;
  }
}

// Equalities lead an event to those that it may follow, so that many keys in one window cost no more.
TEST(ClosedFormTest, LinkedStepsMeetByTheirKey) {
  constexpr int kKeys = 20'000;
  constexpr int kElements = 3;
  std::string events;
  for (int k = 0; k < kKeys; ++k) events += Event(k, "A", fmt::format("\"k\":\"key {}\"", k));
  for (int i = 0; i < kElements; ++i) {
    for (int k = 0; k < kKeys; ++k)
      events += Event(kKeys * (i + 1) + k, "B", fmt::format("\"k\":\"key {}\",\"v\":{}", k, i));
  }
  EXPECT_EQ(
      OnlyLine("stream T = A as a -> all B where k == a.k as b .within(1h) .trend_aggregate(n: "
               "count_trends(), b: count_events(b)) .emit(n: n, b: b)\n",
               events),
      fmt::format("{{ n: {}, b: {} }}", kKeys * 7, kKeys * 12));
}

// Falling values: under `v > e.v` no event follows another.
TEST(ClosedFormTest, IncompatibleEventsAreTrendsOfOne) {
  std::string events;
  for (int i = 0; i < 1000; ++i) events += Event(i, "E", fmt::format("\"v\":{}", -i));
  EXPECT_EQ(OnlyLine("stream T = all E where v > e.v as e .within(1h) .trend_aggregate(n: "
                     "count_trends(), lo: min_trends(e.v)) .emit(n: n, lo: lo)\n",
                     events),
            "{ n: 1000, lo: -999.0 }");
}

// Events beyond the bound on vertices are left out, and counted.
TEST(ClosedFormTest, VerticesAreBounded) {
  std::string events;
  for (uint32_t i = 0; i < limits::kMaxTrendVertices; ++i)
    events += Event(1, "E", fmt::format("\"k\":{},\"v\":1", i));
  constexpr int kMore = 3;
  for (int i = 0; i < kMore; ++i) events += Event(2, "E", "\"k\":7,\"v\":2");
  const ReplayProgram program(
      "stream T = all E where v > e.v as e .partition_by(k) .within(1h) .trend_aggregate(n: "
      "count_trends()) .where(n > 1 or k == 7) .emit(k: k, n: n)\n");
  ASSERT_EQ(program.failure(), "");
  const ReplayResult result = program.Replay(events, "interp");
  ASSERT_EQ(result.output.size(), 1u);
  EXPECT_EQ(result.output.front(), "@1ms T { k: 7, n: 1 }");
  EXPECT_EQ(result.errors[static_cast<size_t>(abi::EvalError::Limit)], uint64_t{kMore});
}

}  // namespace
}  // namespace varpulis::testing
