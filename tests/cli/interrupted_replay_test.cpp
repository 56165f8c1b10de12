// `simulate --checkpoint-dir` that a signal asks to stop, as a real process: what it has put out and what the
// next one puts out are together what one that nobody interrupts does.

#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::string_view kProgram =
    "stream W = E .partition_by(k) .window(100s) .aggregate(n: count(), s: sum(x)) .emit(n: n, s: "
    "s)\n"
    "stream P = E as a -> E where k == a.k and x > a.x as b .within(20s) .emit(a: a.x, b: b.x)\n"
    "stream T = E as a -> all E where k == a.k as b .within(9s)\n"
    "    .trend_aggregate(n: count_trends()) .emit(n: n)\n"
    "stream A = E .emit(x: x)\n";

std::string Events(int count) {
  std::string events;
  for (int i = 0; i < count; ++i)
    events += fmt::format("@{}s E {{ k: \"key {}\", x: {}.25 }}\n", i, i % 7, i * 37 % 101);
  return events;
}

class InterruptedReplayTest : public ::testing::Test {
 protected:
  std::vector<std::string> Arguments(const std::string& events,
                                     const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "simulate", "-p", scratch_.Write("p.vpl", kProgram), "-e", events, "--engine", "interp"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::string Folder() { return scratch_.Path("state"); }

  Scratch scratch_;
};

TEST_F(InterruptedReplayTest, ResumedAtRandomPlacesItSaysWhatOneRunSays) {
  const std::string events = scratch_.Write("e.evt", Events(30000));
  const std::string whole = Varpulis(Arguments(events, {})).out;
  std::mt19937 random(20260301);
  int stopped = 0;
  for (const std::string workers : {"1", "3"}) {
    std::filesystem::remove_all(Folder());
    std::string out;
    for (int runs = 0;; ++runs) {
      ASSERT_LT(runs, 100) << "no run has come any further";
      Call call{Arguments(events, {"--checkpoint-dir", Folder(), "--resume", "-w", workers})};
      call.interruption = {runs % 2 == 0 ? SIGTERM : SIGINT, 1 + random() % (whole.size() / 3)};
      const Outcome outcome = Varpulis(call);
      ASSERT_EQ(outcome.exit_code, 0) << outcome.Text();
      out += outcome.out;
      ASSERT_EQ(whole.substr(0, out.size()), out) << "run " << runs;
      if (outcome.err.find("stopped by ") == std::string::npos) break;
      ++stopped;
    }
    EXPECT_EQ(out, whole);
  }
  // Else nothing of this has been tested.
  EXPECT_GE(stopped, 4);
}

TEST_F(InterruptedReplayTest, ItSaysWhereTheNextOneGoesOn) {
  const std::string events = scratch_.Write("e.evt", Events(30000));
  Call call{Arguments(events, {"--checkpoint-dir", Folder()})};
  call.interruption = {SIGTERM, 1};
  const Outcome outcome = Varpulis(call);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err,
              HasSubstr("\nstopped by SIGTERM: " + Folder() + "/checkpoint/1 is behind "));
  EXPECT_THAT(outcome.err, HasSubstr(" events, --resume goes on there\n"));
}

// Nothing has to come for the command to notice; whole lines that have come are not lost.
TEST_F(InterruptedReplayTest, AnInputThatIsWaitedForIsLeft) {
  const std::string begin =
      "{\"type\":\"E\",\"k\":\"a\",\"x\":1}\n{\"type\":\"E\",\"k\":\"b\",\"x\":2}\n";
  Call call{Arguments("-", {"--checkpoint-dir", Folder()})};
  call.input = begin + "{\"type\":\"E\",\"k\":\"c\",\"x\":";
  call.piped = call.held_open = true;
  call.interruption = {.signal = SIGINT, .of_errors = true};
  const Outcome outcome = Varpulis(call);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, MatchesRegex("(.|\n)*stopped by SIGINT(.|\n)*"));
  EXPECT_THAT(LastLine(outcome.err), MatchesRegex("[02] events, [02] outputs, .*"));
}

// A timed replay waits for the wall, but not for longer than it may.
TEST_F(InterruptedReplayTest, ATimedReplayDoesNotWaitForItsNextEvent) {
  const std::string events =
      scratch_.Write("e.evt", "@0s E { k: 1, x: 1 }\n@1h E { k: 1, x: 2 }\n");
  Call call{Arguments(events, {"--checkpoint-dir", Folder(), "--timed"})};
  call.interruption = {SIGTERM, 1};
  const Outcome outcome = Varpulis(call);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 1u) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("/checkpoint/1 is behind 1 events"));
  const Outcome rest =
      Varpulis(Arguments(events, {"--checkpoint-dir", Folder(), "--resume", "--no-flush"}));
  EXPECT_THAT(rest.out, HasSubstr("\"x\":2"));
  EXPECT_THAT(rest.err, HasSubstr("goes on behind 1 events\n"));
}

// A replay that takes no checkpoints ends as any process does.
TEST_F(InterruptedReplayTest, WithoutCheckpointsASignalIsTheEnd) {
  Call call{Arguments(scratch_.Write("e.evt", "@0s E { k: 1, x: 1 }\n@1h E { k: 1, x: 2 }\n"),
                      {"--timed"})};
  call.interruption = {SIGTERM, 1};
  EXPECT_EQ(Varpulis(call).signal, SIGTERM);
}

}  // namespace
}  // namespace varpulis::cli_test
