// Random sequences: the engine foretells what the formulas say.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "tests/differential/dice.h"
#include "tests/forecasts/forecast_model.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

// Compiling natively is most of the time.
constexpr uint64_t kAllModesEvery = 10;
constexpr size_t kEvents = 400;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

ForecastOptions RandomOptions(Dice& dice) {
  ForecastOptions options;
  const size_t steps = 2 + dice.Roll(3);
  for (size_t i = 0; i < steps; ++i) options.steps.push_back(dice.Pick({"A", "B", "C"}));
  options.within = static_cast<int64_t>(1 + dice.Roll(20'000)) * kNsPerMs;
  options.horizon =
      dice.Chance(50) ? options.within : static_cast<int64_t>(1 + dice.Roll(10'000)) * kNsPerMs;
  options.adaptive = dice.Chance(25);
  options.warmup = options.adaptive ? 100 : dice.Roll(60);
  options.depth = options.adaptive ? 3 : 1 + dice.Roll(4);
  options.confidence = dice.Pick(std::vector<double>{0, 0.123, 0.51});
  options.hawkes = dice.Chance(50);
  options.conformal = dice.Chance(70);
  options.partitioned = dice.Chance(40);
  return options;
}

// Bursts now and then, and a habit of coming in the order of the steps.
std::vector<ForecastEvent> RandomEvents(Dice& dice, const ForecastOptions& options) {
  std::vector<ForecastEvent> events;
  int64_t time = 0;
  for (size_t i = 0; i < kEvents; ++i) {
    const bool burst = dice.Chance(30);
    time += static_cast<int64_t>(dice.Roll(burst ? 50 : 2'000)) * kNsPerMs;
    ForecastEvent event{
        dice.Chance(60) ? options.steps[i % options.steps.size()] : dice.Pick({"A", "B", "C", "D"}),
        time, dice.Chance(80), static_cast<int64_t>(dice.Roll(4))};
    events.push_back(std::move(event));
  }
  return events;
}

std::string ProgramText(const ForecastOptions& options) {
  std::string text = "stream F =";
  for (size_t i = 0; i < options.steps.size(); ++i)
    text += fmt::format(" {}{} where fits == true as s{}", i > 0 ? "-> " : "", options.steps[i], i);
  text += fmt::format(" .within({}ms)", options.within / kNsPerMs);
  if (options.partitioned) text += " .partition_by(k)";
  text += fmt::format(" .forecast(confidence: {}, horizon: {}ms, hawkes: {}, conformal: {}",
                      options.confidence, options.horizon / kNsPerMs, options.hawkes,
                      options.conformal);
  // The mode's own warm-up is the only adaptive one.
  if (!options.adaptive)
    text += fmt::format(", warmup: {}, max_depth: {}", options.warmup, options.depth);
  return text +
         ")\n  .emit(n: n, p: forecast_probability, conf: forecast_confidence, t: forecast_time, "
         "st: forecast_state, d: forecast_context_depth, lo: forecast_lower, hi: forecast_upper, "
         "r: active_runs)\n";
}

std::string EventText(const std::vector<ForecastEvent>& events) {
  std::string text;
  for (size_t i = 0; i < events.size(); ++i) {
    text += fmt::format("@{}ms {} {{ n: {}, fits: {}, k: {} }}\n", events[i].time / kNsPerMs,
                        events[i].type, i, events[i].fits, events[i].k);
  }
  return text;
}

// `@1s F { n: 1, p: 0.5 }` by name.
std::map<std::string, std::string> FieldsOf(const std::string& line) {
  std::map<std::string, std::string> fields;
  size_t at = line.find('{') + 1;
  while (at < line.size()) {
    const size_t colon = line.find(':', at);
    if (colon == std::string::npos) break;
    const size_t end = std::min(line.find(", ", colon), line.find(" }", colon));
    const size_t begin = line.find_first_not_of(' ', at);
    fields[line.substr(begin, colon - begin)] = line.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  return fields;
}

// Both compute in their own order.
void ExpectNear(const std::map<std::string, std::string>& fields, const char* name,
                double expected) {
  ASSERT_TRUE(fields.contains(name)) << name;
  const double value = std::strtod(fields.at(name).c_str(), nullptr);
  EXPECT_NEAR(value, expected, 1e-9 * std::max(1.0, std::abs(expected)) + 1e-9) << name;
}

void ExpectForecast(const std::string& line, const ExpectedForecast& expected) {
  const auto fields = FieldsOf(line);
  ASSERT_EQ(fields.at("n"), fmt::format("{}", expected.event)) << line;
  ExpectNear(fields, "p", expected.probability);
  ExpectNear(fields, "conf", expected.confidence);
  EXPECT_NEAR(std::strtod(fields.at("t").c_str(), nullptr), static_cast<double>(expected.time),
              2 + 1e-9 * static_cast<double>(expected.time));
  EXPECT_EQ(fields.at("st"), fmt::format("\"{}\"", expected.state));
  EXPECT_EQ(fields.at("d"), fmt::format("{}", expected.depth));
  ExpectNear(fields, "lo", expected.lower);
  ExpectNear(fields, "hi", expected.upper);
  EXPECT_EQ(fields.at("r"), fmt::format("{}", expected.active_runs));
}

TEST(ForecastsTest, AreWhatTheFormulasSay) {
  const uint64_t first = FromEnvironment("VPL_SEED", 1);
  const uint64_t programs = FromEnvironment("VPL_FORECAST_PROGRAMS", 60);
  size_t lines = 0, intervals = 0;
  for (uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const ForecastOptions options = RandomOptions(dice);
    const std::vector<ForecastEvent> events = RandomEvents(dice, options);
    const std::string text = ProgramText(options);
    const ReplayProgram program(text);
    ASSERT_EQ(program.failure(), "") << text;
    const std::string input = EventText(events);
    const ReplayResult result = program.Replay(input, "interp");
    const std::vector<ExpectedForecast> expected = ForecastsOf(options, events);
    ASSERT_EQ(result.output.size(), expected.size()) << "seed " << seed << "\n" << text << input;
    for (size_t i = 0; i < expected.size(); ++i) {
      ExpectForecast(result.output[i], expected[i]);
      intervals += expected[i].lower > 0 || expected[i].upper < 1 ? 1 : 0;
      if (HasFailure())
        FAIL() << "seed " << seed << ", " << result.output[i] << "\n" << text << input;
    }
    lines += expected.size();
    if ((seed - first) % kAllModesEvery != 0) continue;
    for (const std::string& mode : AllModes())
      ASSERT_EQ(program.Replay(input, mode).output, result.output) << mode << "\n" << text;
  }
  EXPECT_GT(lines, 50 * programs) << "hardly anything was foretold";
  EXPECT_GT(intervals, programs) << "hardly any interval was calibrated";
}

// Patterns of all forms over events that fit now and then: what is said is a forecast, and all modes say it.
TEST(ForecastsTest, EveryFormIsForetoldAlikeInAllModes) {
  struct Form {
    const char* pattern;
    const char* dials;
  };
  const std::vector<Form> forms = {
      {"SEQ(A as a, B as b, C as c)", ""},
      {"SEQ(A as a, B where v > a.v as b, C as c)", ".partition_by(k)"},
      {"SEQ(A as a, all B as b, C as c)", ".each()"},
      {"SEQ(A as a, all B where v > b.v as b, C as c)", ".subsets()"},
      {"SEQ(A as a, all B as b)", ".longest()"},
      {"SEQ(all A as a, B as b)", ".partition_by(k)"},
      {"SEQ(A as a, B? as b, C+ as c, D as d)", ""},
      {"SEQ(A as a, NOT C, B as b)", ".stnm()"},
      {"SEQ(A as a, B as b, NOT C)", ".partition_by(k)"},
      {"SEQ(NOT E, A as a, B as b)", ""},
      {"A as a AND B as b AND C as c", ""},
      {"SEQ(A as a, B as b) OR SEQ(C as c, D as d, A as e)", ""},
      {"SEQ(A as a, B where v > 3 as b, C as c)", ".strict()"},
      {"SEQ(A as a, all B as b, C as c)", ".strategy(any)"},
      {"SEQ(A as a, B as b)", ".watermark(out_of_order: 3s) .partition_by(k)"},
  };
  for (const Form& form : forms) {
    const std::string text = fmt::format(
        "pattern P = {} within 15s\nstream F = P {} .forecast(warmup: 5, confidence: 0.01)"
        " .where(forecast_lower <= forecast_probability)"
        " .emit(n: n, a: a.v, p: forecast_probability, hi: forecast_upper, conf: "
        "forecast_confidence, t: forecast_time, st: forecast_state, r: active_runs)\n",
        form.pattern, form.dials);
    ReplayProgram program(text);
    ASSERT_EQ(program.failure(), "") << text;
    exec::Bounds bounds;
    bounds.runs.max_runs = 20;
    bounds.runs.overflow = pattern::Overflow::EvictOldest;
    program.set_bounds(bounds);
    Dice dice(17);
    std::string events;
    for (int i = 0; i < 600; ++i) {
      const size_t late = dice.Chance(10) ? dice.Roll(4'000) : 0;
      events += fmt::format("@{}ms {} {{ n: {}, v: {}, k: {} }}\n", 4'000 + i * 700 - late,
                            dice.Chance(2) ? "E" : dice.Pick({"A", "B", "C", "D"}), i, dice.Roll(8),
                            dice.Roll(3));
    }
    const ReplayResult expected = program.Replay(events, "interp");
    EXPECT_GT(expected.output.size(), 50u) << text;
    for (const std::string& line : expected.output) {
      const auto fields = FieldsOf(line);
      const double p = std::strtod(fields.at("p").c_str(), nullptr);
      EXPECT_TRUE(p >= 0.01 && p <= 1) << text << line;
      EXPECT_GE(std::strtod(fields.at("hi").c_str(), nullptr), p) << text << line;
      EXPECT_GE(std::strtod(fields.at("t").c_str(), nullptr), 0) << text << line;
      EXPECT_NE(fields.at("r"), "0") << text << line;
    }
    for (const std::string& mode : AllModes())
      ASSERT_EQ(program.Replay(events, mode).output, expected.output) << mode << "\n" << text;
  }
}

}  // namespace
}  // namespace varpulis::testing
