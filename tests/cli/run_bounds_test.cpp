// The bounds of a pattern's runs: flags, and what a replay says it lost.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// All `A`, no `B`: nothing ever completes.
Outcome Replay(const std::vector<std::string>& more) {
  const Scratch scratch;
  std::string events;
  for (int i = 0; i < 100; ++i) events += "A { n: " + std::to_string(i) + " }\n";
  std::vector<std::string> arguments = {
      "simulate", "-p",
      scratch.Write("p.vpl", "stream S = A as a -> B .within(1h) .emit(n: a.n)\n"), "-e",
      scratch.Write("e.evt", events + "B { }\n")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Varpulis(arguments);
}

TEST(RunBounds, WhatIsLostIsSaid) {
  const Outcome dropped = Replay({"--max-runs", "10"});
  EXPECT_EQ(dropped.exit_code, 0) << dropped.Text();
  EXPECT_EQ(Lines(dropped.out).size(), 10u);
  EXPECT_THAT(dropped.out, HasSubstr("\"n\":0}"));
  EXPECT_THAT(dropped.err, HasSubstr("90 runs of S were dropped at the run limit\n"));

  const Outcome evicted = Replay({"--max-runs-total", "10", "--run-overflow", "evict_oldest"});
  EXPECT_EQ(Lines(evicted.out).size(), 10u);
  EXPECT_THAT(evicted.out, HasSubstr("\"n\":99}"));
  EXPECT_THAT(evicted.err, HasSubstr("90 runs of S made room for others at the run limit\n"));
}

TEST(RunBounds, MayStopTheProgram) {
  const Outcome outcome = Replay({"--max-runs", "10", "--run-overflow", "error"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("stopped by --run-overflow error: S: too many open runs in "
                                     "event 11: A"));
}

TEST(RunBounds, WrongOnesAreRefused) {
  for (const std::string policy : {"evict", "sample", "sample(2)", "sample(x)", "sample(0.5", ""}) {
    const Outcome outcome = Replay({"--run-overflow", policy});
    EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("--run-overflow"), HasSubstr("`" + policy + "`")));
  }
  EXPECT_EQ(Replay({"--max-runs", "0"}).exit_code, 2);
  EXPECT_EQ(Replay({"--max-closure", "-1"}).exit_code, 2);
}

}  // namespace
}  // namespace varpulis::cli_test
