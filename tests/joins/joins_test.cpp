// Joins of random sides and keys over random events, in every mode, against a model that compares every pair.

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/cases/case_files.h"
#include "tests/differential/dice.h"
#include "tests/joins/join_model.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// How events come: in order of time, or shuffled and awaited by a watermark.
enum class Arrival { InOrder, Awaited };

constexpr int64_t kShuffledMs = 3'000;

ModelJoin RandomJoin(Dice& dice) {
  ModelJoin join;
  const size_t kind = dice.Roll(4);
  join.keeps_left = kind == 1 || kind == 3;
  join.keeps_right = kind == 2 || kind == 3;
  join.within = static_cast<DurationNs>(1 + dice.Roll(6)) * kNsPerSecond;
  join.keys.resize(2 + dice.Roll(3));
  for (size_t side = 1; side < join.sides(); ++side) {
    const size_t equalities = dice.Chance(25) ? 2 : 1;
    for (size_t i = 0; i < equalities; ++i) {
      join.keys[side].push_back({dice.Roll(side), dice.Pick({"k", "m"}), dice.Pick({"k", "m"})});
    }
  }
  return join;
}

std::string ProgramText(Dice& dice, const ModelJoin& join, Arrival arrival) {
  const char* kind = join.keeps_left ? (join.keeps_right ? "full_join" : "left_join")
                                     : (join.keeps_right ? "right_join" : "join");
  std::vector<std::string> sides;
  std::vector<std::string> equalities;
  std::vector<std::string> fields;
  for (size_t side = 0; side < join.sides(); ++side) {
    sides.push_back(fmt::format("S{}", side));
    fields.push_back(fmt::format("s{0}: S{0}.id", side));
    for (const JoinEquality& equality : join.keys[side]) {
      std::string left = fmt::format("S{}.{}", equality.earlier, equality.left);
      std::string right = fmt::format("S{}.{}", side, equality.right);
      if (dice.Chance(30)) std::swap(left, right);
      equalities.push_back(left + " == " + right);
    }
  }
  return fmt::format(
      "stream J = {}({}){} .on({}) .window({}) .emit({})\n", kind, fmt::join(sides, ", "),
      arrival == Arrival::Awaited ? fmt::format(" .watermark(out_of_order: {}ms)", kShuffledMs)
                                  : "",
      fmt::join(equalities, " and "), base::FormatDuration(join.within), fmt::join(fields, ", "));
}

std::vector<JoinEvent> RandomEvents(Dice& dice, size_t sides, size_t count, Arrival arrival) {
  std::vector<JoinEvent> events;
  int64_t ms = 100'000;
  for (size_t i = 0; i < count; ++i) {
    // Times of shuffled events differ, so that their order is one.
    ms += arrival == Arrival::Awaited ? 1 : 0;
    if (dice.Chance(70)) ms += static_cast<int64_t>(dice.Roll(dice.Chance(10) ? 8'000 : 1'000));
    JoinEvent event{dice.Roll(sides), ms * kNsPerMs, {}};
    for (const char* field : {"k", "m"}) {
      const std::string value = dice.Pick({"", "null", "1", "1.0", "2", "\"1\"", "3"});
      if (!value.empty()) event.fields[field] = value;
    }
    event.fields["id"] = fmt::format("{}", i);
    events.push_back(std::move(event));
  }
  return events;
}

std::string EventText(std::vector<JoinEvent> events, Dice& dice, Arrival arrival) {
  if (arrival == Arrival::Awaited) {
    std::vector<std::pair<int64_t, size_t>> order;
    for (size_t i = 0; i < events.size(); ++i) {
      const auto late = static_cast<int64_t>(dice.Roll(kShuffledMs)) * kNsPerMs;
      order.emplace_back(events[i].time + late, i);
    }
    std::sort(order.begin(), order.end());
    std::vector<JoinEvent> shuffled;
    for (const auto& [time, i] : order) shuffled.push_back(events[i]);
    events = std::move(shuffled);
  }
  std::string text;
  for (const JoinEvent& event : events) {
    std::vector<std::string> fields;
    for (const auto& [name, value] : event.fields)
      fields.push_back(fmt::format("\"{}\":{}", name, value));
    text += fmt::format("{{\"type\":\"S{}\",\"timestamp\":\"{}\",{}}}\n", event.side,
                        base::FormatTimestamp(event.time), fmt::join(fields, ","));
  }
  return text;
}

void Compare(uint64_t seed, Arrival arrival) {
  Dice dice(seed);
  ModelJoin join = RandomJoin(dice);
  join.awaited = arrival == Arrival::Awaited;
  const std::string text = ProgramText(dice, join, arrival);
  const std::vector<JoinEvent> events = RandomEvents(dice, join.sides(), 60, arrival);
  const std::string input = EventText(events, dice, arrival);
  const ReplayProgram program(text);
  ASSERT_EQ(program.failure(), "") << text;
  std::vector<std::string> expected = RunJoinModel(join, events);
  std::sort(expected.begin(), expected.end());
  for (const std::string& mode : AllModes()) {
    ReplayResult result = program.Replay(input, mode);
    ASSERT_EQ(result.failure, "") << text;
    std::erase_if(result.output, [](const std::string& line) { return !line.starts_with("@"); });
    std::sort(result.output.begin(), result.output.end());
    ASSERT_EQ(cases::Diff(fmt::format("{}", fmt::join(expected, "\n")),
                          fmt::format("{}", fmt::join(result.output, "\n"))),
              "")
        << "seed " << seed << ", " << mode << "\n"
        << text << input;
  }
}

void CompareMany(Arrival arrival) {
  const uint64_t first = FromEnvironment("VPL_SEED", 1);
  const uint64_t programs = FromEnvironment("VPL_JOIN_PROGRAMS", 20);
  for (uint64_t seed = first; seed < first + programs; ++seed) {
    Compare(seed, arrival);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Joins, AreThoseOfANestedLoop) { CompareMany(Arrival::InOrder); }

TEST(Joins, OfShuffledRowsAreThoseOfOrderedOnes) { CompareMany(Arrival::Awaited); }

TEST(Joins, ModelFindsALostPartner) {
  Dice dice(3);
  ModelJoin join{.within = 5 * kNsPerSecond, .keys = {{}, {{0, "k", "k"}}}};
  const std::vector<JoinEvent> events = RandomEvents(dice, 2, 60, Arrival::InOrder);
  ModelJoin shorter = join;
  shorter.within = kNsPerSecond;
  EXPECT_NE(RunJoinModel(join, events), RunJoinModel(shorter, events));
}

}  // namespace
}  // namespace varpulis::testing
