// Many streams of trends with a closure in common, side by side: whether it is shared, never, or now and then,
// each says what building all of its trends says.

#include <regex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "compiler/ir/trend_groups.h"
#include "runtime/exec/executor.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/cases/case_files.h"
#include "tests/replay/replay.h"
#include "tests/trends/trend_generator.h"

namespace varpulis::testing {
namespace {

using Repeat = TrendStep::Repeat;
using Compare = TrendCondition::Compare;

// A stream over the closure, and whether it puts out counts alone.
struct Member {
  TrendPattern pattern;
  bool only_counts = false;
};

std::string Replaced(const std::string& text, const char* pattern, const std::string& by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

std::string MemberText(const Member& member, size_t number) {
  std::string text = ProgramText(member.pattern);
  if (member.only_counts) {
    text = Replaced(text, R"( sum: sum_trends.*max_trends\([^)]*\),)", "");
    text = Replaced(text, R"( sum: sum, avg: avg, lo: lo, hi: hi,)", "");
  }
  text = Replaced(text, "pattern P =", fmt::format("pattern P{} =", number));
  return Replaced(text, "stream T = P", fmt::format("stream T{} = P{}", number, number));
}

std::vector<std::string> ExpectedLines(const Member& member,
                                       const std::vector<TrendEvent>& events) {
  std::vector<std::string> lines = ModelLines(member.pattern, events);
  for (std::string& line : lines) {
    if (member.only_counts) line = Replaced(line, R"( (sum|avg|lo|hi): [^,]*,)", "");
  }
  return lines;
}

// What one of the streams has put out, as the model calls it.
std::vector<std::string> LinesOf(const std::vector<std::string>& output, size_t number) {
  const std::string name = fmt::format(" T{} ", number);
  std::vector<std::string> lines;
  for (const std::string& line : output) {
    const size_t at = line.find(name);
    if (at < line.find('{'))
      lines.push_back(line.substr(0, at) + " T " + line.substr(at + name.size()));
  }
  return lines;
}

// What all members agree on is drawn once; how trends come to the closure, and go on behind it, is a member's own.
std::vector<Member> RandomMembers(Dice& dice) {
  TrendStep closure{"B", Repeat::Plus, {}};
  if (dice.Chance(50)) closure.conditions.push_back({Compare::Less, TrendCondition::kConstant, 4});
  const DurationNs within = (5 + static_cast<DurationNs>(dice.Roll(4))) * kNsPerSecond;
  const bool partitioned = dice.Chance(50);
  std::vector<Member> members;
  const size_t count = 2 + dice.Roll(7);
  for (size_t i = 0; i < count; ++i) {
    Member member;
    member.only_counts = dice.Chance(60);
    TrendPattern& pattern = member.pattern;
    pattern.within = dice.Chance(90) ? within : within + kNsPerSecond;
    pattern.partitioned = partitioned;
    pattern.updates = dice.Chance(5);
    TrendStep first{dice.Pick({"A", "D"}), dice.Chance(30) ? Repeat::Plus : Repeat::One, {}};
    if (dice.Chance(60))
      first.conditions.push_back(
          {Compare::Greater, TrendCondition::kConstant, static_cast<double>(dice.Roll(5))});
    pattern.steps = {first};
    if (dice.Chance(20)) pattern.steps.push_back({"D", Repeat::Optional, {}});
    pattern.steps.push_back(closure);
    // Told apart by what stands in front, the closure is the stream's own.
    if (dice.Chance(10)) pattern.steps.back().conditions.push_back({Compare::Greater, 0, 0});
    if (dice.Chance(40))
      pattern.steps.push_back({"C", dice.Chance(50) ? Repeat::One : Repeat::Star, {}});
    members.push_back(member);
  }
  return members;
}

// Runs of the closure's events, with others in between.
std::vector<TrendEvent> RandomRuns(Dice& dice, bool late) {
  std::vector<TrendEvent> events;
  TimestampNs now = 100 * kNsPerSecond;
  for (size_t run = 0; run < 12; ++run) {
    const bool is_closure = dice.Chance(50);
    for (size_t left = 1 + dice.Roll(is_closure ? 5 : 2); left > 0; --left) {
      now += dice.Chance(85) ? kNsPerSecond : 0;
      TrendEvent event;
      event.time = late && dice.Chance(15)
                       ? now - static_cast<TimestampNs>(dice.Roll(9)) * kNsPerSecond
                       : now;
      event.type = is_closure ? "B" : dice.Pick({"A", "A", "D", "C"});
      event.key = dice.Pick({"x", "x", "a key of eighteen"});
      if (dice.Chance(90)) event.v = static_cast<double>(dice.Roll(24)) / 4;
      events.push_back(event);
    }
    if (dice.Chance(10)) now += 7 * kNsPerSecond;
  }
  return events;
}

TEST(SharedTrendsTest, EveryStreamSaysWhatItSaysAlone) {
  constexpr uint64_t kPrograms = 80;
  constexpr uint64_t kAllModesEvery = 20;
  size_t groups = 0;
  size_t lines = 0;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    Dice dice(seed);
    const std::vector<Member> members = RandomMembers(dice);
    std::string text;
    for (size_t i = 0; i < members.size(); ++i) text += MemberText(members[i], i);
    ReplayProgram program(text);
    ASSERT_EQ(program.failure(), "") << text;
    groups += ir::TrendGroups(program.plan()).size();
    const auto events = RandomRuns(dice, seed % 3 == 0);
    std::vector<std::string> expected;
    for (const Member& member : members) {
      const auto alone = ExpectedLines(member, events);
      lines += alone.size();
      expected.push_back(fmt::format("{}", fmt::join(alone, "\n")));
    }
    for (const auto sharing :
         {trend::Sharing::Never, trend::Sharing::Always, trend::Sharing::Automatic}) {
      exec::Bounds bounds;
      bounds.trends = sharing;
      program.set_bounds(bounds);
      for (const std::string& mode : AllModes()) {
        if (mode != "interp" && mode != "checkpoint" && seed % kAllModesEvery != 0) continue;
        const ReplayResult result = program.Replay(EventText(events), mode);
        ASSERT_EQ(result.failure, "");
        for (size_t i = 0; i < members.size(); ++i) {
          const std::string actual = fmt::format("{}", fmt::join(LinesOf(result.output, i), "\n"));
          ASSERT_EQ(cases::Diff(expected[i], actual), "")
              << "seed " << seed << ", " << mode << ", sharing " << static_cast<int>(sharing)
              << ", stream " << i << "\n"
              << text << EventText(events);
        }
      }
    }
  }
  EXPECT_GT(groups, kPrograms / 2) << "hardly anything was shared";
  EXPECT_GT(lines, kPrograms);
}

// --- what is shared when -------------------------------------------------------------------------

constexpr int kStreams = 20;

std::string ManyStreams(const std::string& items = "n: count_trends()") {
  std::string text;
  for (int i = 0; i < kStreams; ++i)
    text += fmt::format(
        "stream S{} = A where v > {} as a -> all B where v > 0 as b .within(1h)\n"
        "    .trend_aggregate({}) .emit(n: n)\n",
        i, i, items);
  return text;
}

// Runs of B of one length, each behind an A that concerns all streams.
std::string Runs(int runs, int length, int64_t second = 0) {
  std::string events;
  const auto add = [&](const char* type) {
    events += fmt::format("@{}s {} {{ v: {} }}\n", second++, type, kStreams);
  };
  for (int run = 0; run < runs; ++run) {
    add("A");
    for (int i = 0; i < length; ++i) add("B");
  }
  return events;
}

struct Observed {
  uint64_t shared = 0;
  uint64_t rows_in = 0;
  std::array<uint64_t, abi::kEvalErrorKinds> errors{};
  std::string output;
};

Observed Observe(const std::string& text, const std::string& events, trend::Sharing sharing) {
  Observed observed;
  ReplayProgram program(text);
  EXPECT_EQ(program.failure(), "");
  const auto regexes = kernel::CompileRegexes(program.plan().kernels);
  exec::JsonSink sink([&](std::string_view lines) { observed.output += lines; },
                      [](std::string_view) {});
  exec::ExecutorOptions options;
  options.bounds.trends = sharing;
  const auto executor = exec::MakeExecutor(
      program.plan(), 1, interp::InterpretedTable(program.plan().kernels, regexes.value()), sink,
      options);
  const auto reader = io::EventReader::OverText("input", events, program.plan(), {});
  row::Batch batch(program.plan());
  while (reader->Next(batch).value()) {
    executor->Start(batch);
    executor->Wait();
  }
  executor->Finish(true);
  sink.Flush();
  observed.shared = executor->Statistics().front().trend.shared;
  observed.rows_in = executor->Statistics().back().rows_in;
  observed.errors = executor->errors();
  return observed;
}

TEST(SharedTrendsTest, LongRunsAreSharedShortOnesAreNot) {
  const uint64_t long_runs = Observe(ManyStreams(), Runs(40, 12), trend::Sharing::Automatic).shared;
  // The first runs are looked at before the choice is made.
  EXPECT_GE(long_runs, 28 * 12u);
  EXPECT_LT(long_runs, 40 * 12u);
  EXPECT_EQ(Observe(ManyStreams(), Runs(40, 3), trend::Sharing::Automatic).shared, 0u);
  EXPECT_EQ(Observe(ManyStreams(), Runs(40, 12), trend::Sharing::Never).shared, 0u);
  EXPECT_EQ(Observe(ManyStreams(), Runs(40, 12), trend::Sharing::Always).shared, 40 * 12u);
}

TEST(SharedTrendsTest, SharedStreamsAreSplitWhenRunsBecomeShort) {
  const std::string events = Runs(30, 12);
  const size_t before = Observe(ManyStreams(), events, trend::Sharing::Automatic).shared;
  // The same with many short runs behind it.
  const Observed both =
      Observe(ManyStreams(), events + Runs(60, 2, 30 * 13), trend::Sharing::Automatic);
  EXPECT_GT(both.shared, before);
  EXPECT_LT(both.shared, before + 25 * 2u);
}

// Also what is only counted, and the last bits of sums.
TEST(SharedTrendsTest, NothingTellsWhetherEventsAreShared) {
  const std::string events = Runs(20, 30) + Runs(20, 5, 20 * 31);
  for (const char* items : {"n: count_trends()", "n: count_events(b)", "n: count_events()",
                            "n: avg_trends(b.v)", "n: sum_trends(b.v)", "n: max_trends(b.v)"}) {
    // An error of the filter for each stream and event.
    const std::string text =
        Replaced(ManyStreams(items), "B where v > 0", "B where v / 0 > 0 or v > 0");
    const Observed never = Observe(text, events, trend::Sharing::Never);
    for (const auto sharing : {trend::Sharing::Always, trend::Sharing::Automatic}) {
      const Observed other = Observe(text, events, sharing);
      EXPECT_GT(other.shared, 0u);
      EXPECT_EQ(other.output, never.output);
      EXPECT_EQ(other.rows_in, never.rows_in);
      EXPECT_EQ(other.errors, never.errors);
    }
  }
}

// More events of one run than are kept: windows follow in between.
TEST(SharedTrendsTest, ALongRunIsBounded) {
  const std::string text = Replaced(ManyStreams("n: sum_trends(b.v)"), "1h", "10h");
  const std::string events = Runs(2, 5000);
  EXPECT_EQ(Observe(text, events, trend::Sharing::Always).output,
            Observe(text, events, trend::Sharing::Never).output);
}

}  // namespace
}  // namespace varpulis::testing
