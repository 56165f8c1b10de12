// Behind a watermark the order of arrival does not matter: whatever order within it, each stream says the same
// lines in the same order, in every mode.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "tests/cases/case_files.h"
#include "tests/differential/dice.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

constexpr int64_t kOutOfOrderMs = 10'000;

// Times are distinct: events of one time come in the order of their arrival.
struct Event {
  int64_t ms;
  std::string line;
};

std::vector<Event> RandomEvents(Dice& dice, size_t count) {
  std::vector<Event> events;
  int64_t ms = 50'000;
  for (size_t i = 0; i < count; ++i) {
    ms += 1 + static_cast<int64_t>(dice.Roll(dice.Chance(4) ? 30'000 : 1'500));
    const std::string key =
        dice.Pick({R"("k":1,)", R"("k":2,)", R"("k":"a key of eighteen",)", ""});
    events.push_back({ms, fmt::format(R"({{"type":"{}","timestamp":"{}",{}"v":{}}})",
                                      dice.Pick({"A", "A", "B", "C"}),
                                      base::FormatTimestamp(ms * kNsPerMs), key, i)});
  }
  return events;
}

// An order in which no event comes behind one that is later by more than the watermark waits for.
std::vector<Event> Shuffled(Dice& dice, const std::vector<Event>& events) {
  std::vector<std::pair<int64_t, Event>> arrivals;
  for (const Event& event : events) {
    arrivals.emplace_back(event.ms + static_cast<int64_t>(dice.Roll(kOutOfOrderMs)), event);
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Event> shuffled;
  for (auto& [at, event] : arrivals) shuffled.push_back(std::move(event));
  return shuffled;
}

std::string Text(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) text += event.line + "\n";
  return text;
}

// Lines by stream, `@1m S { ... }`: what several streams say about one event may be interleaved otherwise.
std::string ByStream(const std::vector<std::string>& output) {
  std::map<std::string, std::vector<std::string>> streams;
  for (const std::string& line : output) {
    const size_t name = line.find(' ') + 1;
    streams[line.substr(name, line.find(' ', name) - name)].push_back(line);
  }
  std::string text;
  for (const auto& [name, lines] : streams) text += fmt::format("{}\n", fmt::join(lines, "\n"));
  return text;
}

// `W` stands for the watermark.
std::string Program(const std::string& text, int64_t out_of_order_ms = kOutOfOrderMs) {
  std::string program = text;
  for (size_t at = program.find(".W"); at != std::string::npos; at = program.find(".W", at)) {
    program.replace(at, 2, fmt::format(".watermark(out_of_order: {}ms)", out_of_order_ms));
  }
  return program;
}

// Replays the program over the events in order, and says what each stream says.
std::string InOrder(const std::string& program, const std::vector<Event>& events) {
  const ReplayProgram plain(program);
  EXPECT_EQ(plain.failure(), "") << program;
  return ByStream(plain.Replay(Text(events), "interp").output);
}

void Compare(const std::string& text, bool as_without, uint64_t seed) {
  Dice dice(seed);
  const std::vector<Event> events = RandomEvents(dice, 150);
  const std::string expected = InOrder(Program(text), events);
  EXPECT_NE(expected, "") << text;
  if (as_without) {
    std::string without = text;
    for (size_t at = without.find(".W"); at != std::string::npos; at = without.find(".W", at)) {
      without.erase(at, 2);
    }
    EXPECT_EQ(cases::Diff(InOrder(without, events), expected), "") << "seed " << seed << "\n"
                                                                   << text;
  }
  const ReplayProgram program(Program(text));
  for (int order = 0; order < 3; ++order) {
    const std::string arrivals = Text(Shuffled(dice, events));
    std::vector<std::string> first;
    for (const std::string& mode : AllModes()) {
      const std::vector<std::string> output = program.Replay(arrivals, mode).output;
      ASSERT_EQ(cases::Diff(expected, ByStream(output)), "")
          << "seed " << seed << ", " << mode << "\n"
          << text << arrivals;
      if (first.empty()) first = output;
      ASSERT_EQ(first, output) << "seed " << seed << ", " << mode << "\n" << text << arrivals;
    }
  }
}

// With and without a watermark they say the same of events in order.
const std::vector<std::string>& Unchanged() {
  static const std::vector<std::string> kPrograms = {
      "stream P = A as a -> B where k == a.k as b .within(20s) .W .emit(a: a.v, b: b.v)\n",
      "stream P = A as a -> all B as b -> C where k == a.k as c .within(15s) .W\n"
      "    .emit(a: a.v, n: count(b), c: c.v)\n",
      "stream P = A as a -> B as b -> C as c .within(15s) .partition_by(k) .strict() .W .emit()\n",
      "stream P = A as a -> B as b .within(12s) .not(C where k == a.k) .stnm() .W .emit(a: a.v, b: "
      "b.v)\n",
      "stream J = join(A, B) .on(A.k == B.k) .window(8s) .W .emit(a: A.v, b: B.v)\n",
      "stream S = A .where(v > 10) .W .partition_by(k) .window(4) .aggregate(f: first(v), l: "
      "last(v), n: "
      "count()) .emit(k: k, f: f, l: l)\n",
      "stream D = merge(A, B) .W .distinct(k) .emit(k: k, v: v)\n"
      "stream L = A .W .limit(5) .emit(v: v)\n"
      "stream R = C .W .partition_by(k) .aggregate(n: count(), s: sum(v)) .emit(k: k, n: n, s: "
      "s)\n",
  };
  return kPrograms;
}

const std::vector<std::string>& OnTheirOwnTime() {
  static const std::vector<std::string> kPrograms = {
      "stream Q = A as a .not(B where k == a.k) .within(7s) .W .emit(v: a.v)\n",
      "stream T = A .W .partition_by(k) .window(15s) .aggregate(n: count(), f: first(v), m: "
      "median(v)) "
      ".emit(k: k, n: n, f: f, m: m)\n"
      "stream H = T .window(1m) .aggregate(n: sum(n), w: count()) .emit(n: n, w: w)\n"
      "stream X = T as t -> T as u .within(2m) .emit(t: t.f, u: u.f)\n",
      "stream G = merge(A, C) .W .window(20s, sliding: 6s) .order_by(k, v desc) .emit(k: k, v: v)\n"
      "stream Y = B .W .partition_by(k) .window(session: 5s) .aggregate(n: count(), s: sum(v)) "
      ".emit(k: k, n: n, s: s)\n",
      "stream O = full_join(A, B) .on(A.k == B.k) .window(4s) .W .emit(a: A.v, b: B.v)\n",
      // Streams that read several others.
      "stream S = A .W .select(k: k, v: v)\n"
      "stream T = B .W .partition_by(k) .window(10s) .aggregate(v: last(v)) .emit as U (k: k, v: "
      "v)\n"
      "stream P = S as s -> C as c .within(20s) .emit(s: s.v, c: c.v)\n"
      "stream J = join(S, C) .on(S.k == C.k) .window(9s) .emit(s: S.v, c: C.v)\n"
      "stream M = merge(S, C, A) .window(30s) .aggregate(n: count(), f: first(v), l: last(v)) "
      ".emit(n: n, f: f, l: l)\n",
  };
  return kPrograms;
}

TEST(ShuffleTest, OrderOfArrivalDoesNotMatter) {
  uint64_t seed = 1;
  for (const std::string& text : Unchanged()) Compare(text, true, seed++);
  for (const std::string& text : OnTheirOwnTime()) Compare(text, false, seed++);
}

// The comparison bites: a stream that waits for a tenth of that misses events, and counts them.
TEST(ShuffleTest, LateEventsAreMissed) {
  Dice dice(1);
  const std::vector<Event> events = RandomEvents(dice, 150);
  const ReplayProgram program(Program(Unchanged().front(), kOutOfOrderMs / 10));
  const std::string expected = ByStream(program.Replay(Text(events), "interp").output);
  const auto output = program.Replay(Text(Shuffled(dice, events)), "interp").output;
  EXPECT_NE(expected, ByStream(output));
  EXPECT_TRUE(output.back().starts_with("[METRIC] late_events_dropped_total{stream=\"P\"}"));
}

}  // namespace
}  // namespace varpulis::testing
