// `simulate --trace`: what became of each event.

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

const char* const kProgram =
    "stream Takeover = Login as l -> Change where user == l.user as p\n"
    "    -> Purchase where user == l.user and amount > 500.0 as b .within(30m)\n"
    "    .emit(user: l.user, amount: b.amount)\n"
    "stream Big = Purchase .where(amount > 100 and user != \"x\") .select(u: user, a: amount)\n"
    "    .where(a > 700) .emit(u: u)\n";

const char* const kEvents =
    "@0s Login { user: \"u17\" }\n"
    "@89s Change { user: \"u17\" }\n"
    "@100s Purchase { user: \"u17\", amount: 20.0 }\n"
    "@411s Purchase { user: \"u18\", amount: 600.5 }\n"
    "@500s Logout { user: \"u17\" }\n"
    "@2341s Purchase { user: \"u17\", amount: 800.0 }\n";

TEST(Trace, OfAllStreamsShowsEveryEventWithEveryCondition) {
  const Outcome outcome = Replay(kProgram, kEvents, {"--trace"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("EVENT [1/6] Login {\"user\":\"u17\"}\n"
                                     "  -> stream Takeover matched on Login\n"
                                     "    pattern: 1 active run(s), 0 completed\n"
                                     "EVENT [2/6] Change"));
  EXPECT_THAT(outcome.err,
              HasSubstr("EVENT [3/6] Purchase {\"user\":\"u17\",\"amount\":20.0}\n"
                        "  -> stream Takeover matched on Purchase\n"
                        "    | Filter BLOCK Purchase as b: amount > 500.0  (amount = 20.0)\n"
                        "  -> stream Big matched on Purchase\n"
                        "    | Filter BLOCK amount > 100  (amount = 20.0)\n"));
  EXPECT_THAT(outcome.err, HasSubstr("    | Filter PASS amount > 100 and user != \"x\"\n"
                                     "    | Filter BLOCK a > 700  (a = 600.5)\n"));
  EXPECT_THAT(outcome.err, HasSubstr("EVENT [5/6] Logout \n  -> no matching streams\n"));
  EXPECT_THAT(outcome.err, HasSubstr("  <- Big emitted {\"u\":\"u17\"}\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("\x1b[")));
}

TEST(Trace, OfOneStreamSaysWhyThereIsNoMatch) {
  const Outcome outcome = Replay(kProgram, kEvents, {"--trace", "Takeover"});
  EXPECT_THAT(
      outcome.err,
      AllOf(HasSubstr("opened run 1\n"),
            HasSubstr("run 1 took step Change as p, waits for Purchase as b\n"),
            HasSubstr("Purchase as b: amount > 500.0 is false (amount = 20.0)\n"),
            HasSubstr("no run for this key\n"),
            HasSubstr("1970-01-01T00:30:00Z  run 1 expired (within 30m of 1970-01-01T00:00:00Z)\n"),
            HasSubstr("run 1 expired 9m1s ago\n"),
            HasSubstr("no match. Nearest: run 1, missing Purchase as b; it came 9m1s late.\n"),
            Not(HasSubstr("amount > 100"))))
      << outcome.err;
}

TEST(Trace, ShowsTheFirstConditionThatIsFalseWithItsValues) {
  const Outcome outcome = Replay(
      "stream Up = T as a -> T where px > 1 and px > a.px and px - a.px < 10 as b\n"
      "    .not(Halt where px > a.px * 2) .within(1h) .emit(px: b.px)\n",
      "@1s T { px: 5 }\n@2s T { px: 5 }\n@3s Halt { px: 9 }\n@4s Halt { px: 11 }\n"
      "@5s T { px: 30 }\n@6s T { px: 40 }\n@7s T { px: 41 }\n",
      {"--trace", "Up"});
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("run 1: px > a.px is false (px = 5, a.px = 5)\n"),
                    HasSubstr("run 1 is not ended: px > (a.px * 2) is false (px = 9, a.px = 5)"),
                    HasSubstr("run 1 ended: this must not come\n"),
                    HasSubstr("run 3: (px - a.px) < 10 is false (px = 40, a.px = 30)\n"),
                    HasSubstr("run 4 matched\n"), HasSubstr("1 matches.\n")))
      << outcome.err;
}

TEST(Trace, SaysWhatOpensNoRun) {
  const Outcome outcome =
      Replay("pattern Calm = SEQ(NOT X, A as a) within 10s\nstream Out = Calm .emit(n: a.n)\n",
             "@1s X { n: 1 }\n@2s A { n: 1 }\n", {"--trace", "Out"});
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("opens no run: what must not come before has come\n"),
                                 HasSubstr("no match, and no run was opened")))
      << outcome.err;
}

TEST(Trace, OfTrendsShowsWhatReachesTheirSteps) {
  const std::string program =
      "stream T = all E where v > 1 as e .within(1m) .trend_aggregate(n: count_trends())\n"
      "    .emit(n: n)\n";
  const std::string events = "@1s E { v: 1 }\n@2s E { v: 5 }\n";
  const Outcome all = Replay(program, events, {"--trace"});
  EXPECT_THAT(all.err, AllOf(HasSubstr("    | Filter BLOCK E+ as e: v > 1  (v = 1)\n"),
                             HasSubstr("    | Filter PASS E+ as e: v > 1\n"),
                             HasSubstr("  <- T emitted {\"n\":1}\n")))
      << all.err;
  const Outcome one = Replay(program, events, {"--trace", "T"});
  EXPECT_THAT(one.err, AllOf(HasSubstr("E+ as e: v > 1 is false (v = 1)\n"),
                             HasSubstr("output {\"n\":1}\n"), HasSubstr("1 matches.\n")))
      << one.err;
}

TEST(Trace, ShowsTimersAndRowsThatHaveWaited) {
  const Outcome outcome = Replay(
      "stream W = E .watermark(out_of_order: 2s) .emit(v: v)\nstream T = timer(2s) .emit(at: "
      "timestamp)\n",
      "@1s E { v: 1 }\n@4s E { v: 2 }\n", {"--trace"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("EVENT [2/2] Timer_T {\"timestamp\":3000}\n"
                                     "  -> stream T matched on Timer_T\n"
                                     "  <- T emitted {\"at\":3000}\n"
                                     "EVENT [2/2] E {\"v\":2}\n"
                                     "  <- W emitted {\"v\":1}\n"
                                     "  -> stream W matched on E\n"));
}

TEST(Trace, ChangesNoOutput) {
  for (const std::string stream : {"", "Takeover", "Big"}) {
    std::vector<std::string> trace = {"--trace"};
    if (!stream.empty()) trace.push_back(stream);
    EXPECT_EQ(Replay(kProgram, kEvents, trace).out, Replay(kProgram, kEvents, {}).out);
  }
}

TEST(Trace, OfAnUnknownStreamIsRefused) {
  const Outcome outcome = Replay(kProgram, kEvents, {"--trace", "Takeovr"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--trace: the program has no stream `Takeovr`"));
}

}  // namespace
}  // namespace varpulis::cli_test
