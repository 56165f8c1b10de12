// The bounds of a program's state: flags, and what a replay says it lost.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kProgram = "stream S = A as a -> B .within(1h) .emit(n: a.n)\n";

// All `A`, no `B`: nothing ever completes.
std::string ManyStarts() {
  std::string events;
  for (int i = 0; i < 100; ++i) events += "A { n: " + std::to_string(i) + " }\n";
  return events + "B { }\n";
}

Outcome Bounded(const std::vector<std::string>& bounds) {
  return Replay(kProgram, ManyStarts(), bounds);
}

TEST(Bounds, WhatIsLostIsSaid) {
  const Outcome dropped = Bounded({"--max-runs", "10"});
  EXPECT_EQ(dropped.exit_code, 0) << dropped.Text();
  EXPECT_EQ(Lines(dropped.out).size(), 10u);
  EXPECT_THAT(dropped.out, HasSubstr("\"n\":0}"));
  EXPECT_THAT(dropped.err, HasSubstr("90 runs of S were dropped at the run limit\n"));

  const Outcome evicted = Bounded({"--max-runs-total", "10", "--run-overflow", "evict_oldest"});
  EXPECT_EQ(Lines(evicted.out).size(), 10u);
  EXPECT_THAT(evicted.out, HasSubstr("\"n\":99}"));
  EXPECT_THAT(evicted.err, HasSubstr("90 runs of S made room for others at the run limit\n"));
}

TEST(Bounds, MayStopTheProgram) {
  const Outcome outcome = Bounded({"--max-runs", "10", "--run-overflow", "error"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("stopped by --run-overflow error: S: too many open runs in "
                                     "event 11: A"));
}

TEST(Bounds, WrongOnesAreRefused) {
  for (const std::string policy : {"evict", "sample", "sample(2)", "sample(x)", "sample(0.5", ""}) {
    const Outcome outcome = Bounded({"--run-overflow", policy});
    EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("--run-overflow"), HasSubstr("`" + policy + "`")));
  }
  EXPECT_EQ(Bounded({"--max-runs", "0"}).exit_code, 2);
  EXPECT_EQ(Bounded({"--max-closure", "-1"}).exit_code, 2);
}

TEST(Bounds, RowsThatWaitGoOnEarlyAndAreCounted) {
  std::string events;
  for (int i = 0; i < 10; ++i)
    events += "{\"type\":\"E\",\"timestamp\":\"1970-01-01T00:00:0" + std::to_string(i) + "Z\"}\n";
  const std::string program = "stream S = E .watermark(out_of_order: 1h) .emit(t: timestamp)\n";
  const Outcome outcome = Replay(program, events, {"--max-reorder", "4"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 10u);
  EXPECT_THAT(outcome.err, HasSubstr("6 rows of S went on early: the reorder buffer was full\n"));
  EXPECT_THAT(Replay(program, events).err, Not(HasSubstr("went on early")));
  EXPECT_EQ(Replay(program, events, {"--max-reorder", "0"}).exit_code, 2);
}

// 20 keys; the bound of all runs lets the first five in.
TEST(Bounds, OfAllRunsAreTheSameForEveryNumberOfWorkers) {
  std::string events;
  for (int i = 0; i < 20; ++i) events += "A { k: " + std::to_string(i) + " }\n";
  for (int i = 0; i < 20; ++i) events += "B { k: " + std::to_string(i) + " }\n";
  const std::string program = "stream S = A as a -> B where k == a.k .within(1h) .emit(k: a.k)\n";
  const Outcome one = Replay(program, events, {"--max-runs-total", "5"});
  EXPECT_EQ(Lines(one.out).size(), 5u) << one.Text();
  const Outcome four = Replay(program, events, {"--max-runs-total", "5", "-w", "4"});
  EXPECT_EQ(four.out, one.out);
  for (const Outcome& outcome : {one, four})
    EXPECT_THAT(outcome.err, HasSubstr("15 runs of S were dropped at the run limit\n"));
}

// The bound of one key is on one shard anyway; what is lost is counted over all of them.
TEST(Bounds, LossesOfAllWorkersAreCounted) {
  std::string events;
  for (int i = 0; i < 40; ++i) events += "A { k: " + std::to_string(i % 10) + " }\n";
  const std::string program = "stream S = A as a -> B where k == a.k .within(1h) .emit(k: a.k)\n";
  for (const std::string workers : {"1", "4"}) {
    const Outcome outcome = Replay(
        program, events, {"--max-runs", "1", "--run-overflow", "evict_oldest", "-w", workers});
    EXPECT_THAT(outcome.err, HasSubstr("30 runs of S made room for others at the run limit\n"));
  }
}

}  // namespace
}  // namespace varpulis::cli_test
