// The matches that one event completes take memory for a part of them only, and are made only as long as somebody
// takes them.

#include <algorithm>
#include <functional>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/exec/engine.h"
#include "runtime/interp/interpret.h"
#include "runtime/io/event_reader.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

// Counts rows, and looks at what the engine holds meanwhile.
class CountingSink final : public exec::OutputSink {
 public:
  void Emit(uint32_t, const std::vector<std::string>&, const row::RowTable&, uint32_t) override {
    if (rows++ % 1024 == 0) bytes = std::max(bytes, held());
  }
  void Print(std::string_view) override {}

  std::function<size_t()> held;
  uint64_t rows = 0;
  size_t bytes = 0;
};

struct Seen {
  uint64_t rows;
  size_t bytes;  // the most, of rows and values
  exec::StreamStatistics statistics;
  std::string failure;
};

Seen Replay(const std::string& text, const std::string& events, const exec::Bounds& bounds = {}) {
  ReplayProgram program(text);
  EXPECT_EQ(program.failure(), "");
  CountingSink sink;
  exec::Engine engine(program.plan(),
                      interp::InterpretedTable(program.plan().kernels,
                                               *kernel::CompileRegexes(program.plan().kernels)),
                      sink, {}, bounds);
  sink.held = [&] { return engine.batch_bytes(); };
  auto reader = io::EventReader::OverText("input", events, program.plan(), {});
  row::Batch batch(program.plan());
  while (*reader->Next(batch)) engine.Process(batch);
  engine.Finish(true);
  const auto& failure = engine.failure();
  return {sink.rows, sink.bytes, engine.Statistics().front(), failure ? failure->reason : ""};
}

std::string Events(char type, int count) {
  std::string events;
  for (int i = 0; i < count; ++i) events += fmt::format("{} {{ i: {} }}\n", type, i);
  return events;
}

constexpr size_t kFewBytes = 64u << 20;

// Of 1,500 runs each has 1,500 prefixes of its closure: 2,250,000 matches with 27 GB of arrays.
TEST(MatchParts, ManyRunsWithLongClosures) {
  const Seen seen = Replay(
      "stream S = A as a -> all B as b -> C as c .within(1h)\n"
      "    .emit(a: a.i, values: collect(b.i))\n",
      Events('A', 1500) + Events('B', 1500) + Events('C', 1));
  EXPECT_EQ(seen.failure, "");
  EXPECT_EQ(seen.rows, 1500u * 1500u);
  EXPECT_EQ(seen.statistics.pattern.matched, 1500u * 1500u);
  EXPECT_LT(seen.bytes, kFewBytes);
}

TEST(MatchParts, RunsThatFallDueTogether) {
  const Seen seen = Replay(
      "stream S = A as a -> all B as b .within(1h) .longest()\n"
      "    .emit(a: a.i, values: collect(b.i))\n",
      Events('A', 3000) + Events('B', 3000) + "@2h C { i: 1 }\n@3h A { i: 1 }\n");
  EXPECT_EQ(seen.rows, 3000u);
  EXPECT_LT(seen.bytes, kFewBytes);
}

TEST(MatchParts, LimitEndsTheEnumeration) {
  const std::string events = Events('A', 1500) + Events('B', 20) + Events('C', 5);
  const Seen seen = Replay(
      "stream S = A as a -> all B as b -> C as c .within(1h) .subsets()\n"
      "    .where(len(b) > 1).limit(10).emit(a: a.i, values: collect(b.i))\n",
      events);
  EXPECT_EQ(seen.rows, 10u);
  // Subsets by binary number: the eleventh of two or more elements is {1, 2, 4}, of number 11.
  EXPECT_LE(seen.statistics.pattern.matched, 16u);
  EXPECT_LT(seen.bytes, 1u << 20);
}

TEST(MatchParts, WhatALimitDoesNotHoldBackIsMade) {
  const std::string events = Events('A', 3) + Events('B', 4) + Events('C', 1);
  for (const char* operators : {".emit(a: a.i).limit(1)", ".print(a.i).limit(1).emit()",
                                ".where(random() < 2).limit(1).emit(a: a.i)"}) {
    const Seen seen = Replay(
        fmt::format("stream S = A as a -> all B as b -> C as c .within(1h)\n    {}\n", operators),
        events);
    EXPECT_EQ(seen.statistics.pattern.matched, 12u) << operators;
  }
}

// What another stream reads waits; what it does not read does not.
TEST(MatchParts, ReadersGetAllMatches) {
  const Seen seen = Replay(
      "stream S = A as a -> all B as b -> C as c .within(1h)\n"
      "    .where(len(b) == 300).select(a: a.i, values: collect(b.i))\n"
      "stream R = S.where(len(values) == 300).emit(a: a)\n",
      Events('A', 600) + Events('B', 600) + Events('C', 1));
  EXPECT_EQ(seen.failure, "");
  EXPECT_EQ(seen.rows, 600u);
  EXPECT_LT(seen.bytes, kFewBytes);
}

// Of whole arrays that another stream reads there is a bound.
TEST(MatchParts, TooManyBytesThatWaitStopTheProgram) {
  const std::string program =
      "stream S = A as a -> all B as b -> C as c .within(1h) .select(a: a.i, values: "
      "collect(b.i))\n"
      "stream R = S.where(len(values) > 0).emit(a: a)\n";
  const std::string events = Events('A', 300) + Events('B', 300) + Events('C', 1);
  const Seen whole = Replay(program, events);
  EXPECT_EQ(whole.failure, "");
  EXPECT_EQ(whole.rows, 300u * 300u);
  exec::Bounds bounds;
  bounds.max_waiting_matches = 100u << 20;
  const Seen stopped = Replay(program, events, bounds);
  EXPECT_EQ(stopped.failure, "matches that other streams are to read are too large");
  EXPECT_EQ(stopped.rows, 0u);
  EXPECT_LT(stopped.statistics.pattern.matched, 300u * 300u);
}

}  // namespace
}  // namespace varpulis::testing
