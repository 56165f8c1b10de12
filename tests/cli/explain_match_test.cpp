// `explain --events --match`: what an output is made of.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;

Outcome Explain(const std::string& program, const std::string& events,
                const std::vector<std::string>& more) {
  const Scratch scratch;
  std::vector<std::string> arguments = {"explain", scratch.Write("p.vpl", program), "--events",
                                        scratch.Write("e.evt", events)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Varpulis(arguments);
}

const char* const kSubsets =
    "stream S = A as a -> all B as b -> C as c .subsets() .within(1h) .emit(n: a.n, c: count(b))\n"
    "stream T = S .where(c == 2) .emit(c: c)\n";
const char* const kEvents =
    "@1s A { n: 1 }\n@2s B { k: 1 }\n@3s X { }\n@4s B { k: 2 }\n@65s C { n: 5 }\n";

TEST(ExplainMatch, ShowsTheEventsOfAMatch) {
  const Outcome outcome =
      Explain("stream S = A as a -> B where n == a.n as b .within(1h) .emit(n: b.n)\n",
              "@1s A { n: 1 }\n@2s A { n: 2 }\n@3s B { n: 2, x: \"y\" }\n@4s B { n: 1 }\n",
              {"--match", "1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(outcome.out,
            "output 1: S 1970-01-01T00:00:03Z {\"n\":2}\n"
            "  A as a             1970-01-01T00:00:02Z  {\"n\":2}  (event 2)\n"
            "  B as b [n == a.n]  1970-01-01T00:00:03Z  {\"n\":2,\"x\":\"y\"}  (event 3)\n"
            "2 events in 1s, within 1h\n");
}

TEST(ExplainMatch, OfAClosureShowsTheElementsThatWereChosen) {
  const Outcome second = Explain(kSubsets, kEvents, {"--match", "2"});
  EXPECT_THAT(second.out, HasSubstr("output 2: S"));
  EXPECT_THAT(second.out, HasSubstr("{\"k\":2}  (event 4)\n"));
  EXPECT_THAT(second.out, HasSubstr("3 events in 1m4s, within 1h\n"));
  const Outcome third = Explain(kSubsets, kEvents, {"--match", "3"});
  EXPECT_THAT(third.out, HasSubstr("{\"k\":1}  (event 2)\n"));
  EXPECT_THAT(third.out, HasSubstr("4 events in 1m4s, within 1h\n"));
}

TEST(ExplainMatch, OfAStreamWithoutPatternShowsItsRow) {
  const Outcome outcome = Explain(kSubsets, kEvents, {"--match", "4"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("output 4: T 1970-01-01T00:01:05Z {\"c\":2}\n"));
  EXPECT_THAT(outcome.out, HasSubstr("(made on event 5)\n"));
}

TEST(ExplainMatch, RefusesWhatItCannotShow) {
  EXPECT_EQ(Explain(kSubsets, kEvents, {"--match", "5"}).exit_code, 2);
  EXPECT_EQ(Explain(kSubsets, kEvents, {"--match", "0"}).exit_code, 2);
  const Outcome outcome = Explain(kSubsets, kEvents, {});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--events and --match go together"));
}

// The flags of `simulate` that say how events are read and what is bounded.
TEST(ExplainMatch, ReadsAndBoundsAsAReplayDoes) {
  const std::string program = "stream S = A as a -> B .within(1h) .emit(n: a.n)\n";
  const std::string events = "A { n: 1 }\nA { n: 2 }\nnonsense {\nB { }\n";
  EXPECT_EQ(Explain(program, events, {"--match", "1"}).exit_code, 1);
  const Outcome second = Explain(program, events, {"--match", "2", "--skip-bad"});
  EXPECT_THAT(second.out, HasSubstr("output 2: S 1970-01-01T00:00:00Z {\"n\":2}\n"));
  const Outcome late =
      Explain(program, events, {"--match", "1", "--skip-bad", "--start", "2026-03-01T00:00:00Z"});
  EXPECT_THAT(late.out, HasSubstr("output 1: S 2026-03-01T00:00:00Z {\"n\":1}\n"));
  const Outcome evicted =
      Explain(program, events,
              {"--match", "1", "--skip-bad", "--max-runs", "1", "--run-overflow", "evict_oldest"});
  EXPECT_THAT(evicted.out, HasSubstr("{\"n\":2}\n"));
  EXPECT_EQ(Explain(program, events, {"--match", "1", "--start", "soon"}).exit_code, 2);
}

}  // namespace
}  // namespace varpulis::cli_test
