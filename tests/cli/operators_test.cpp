// What operators do beside the output: log records, metrics, the end of a program, bounds.

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Operators : public testing::Test {
 protected:
  static std::vector<std::string> LinesWith(const std::string& text, const std::string& beginning) {
    std::vector<std::string> lines = Lines(text);
    std::erase_if(lines, [&](const std::string& line) { return !line.starts_with(beginning); });
    return lines;
  }

  Scratch scratch_;
};

TEST_F(Operators, OpenWindowsFireAtTheEndUnlessToldNotTo) {
  const std::string program =
      "stream T = E.window(10s).aggregate(n: count()).emit(n: n)\n"
      "stream S = E.window(session: 10s).emit(s: n)\n"
      "stream L = E.window(10s, sliding: 5s).aggregate(l: count()).emit(l: l)\n";
  const std::string events =
      "{\"type\":\"E\",\"timestamp\":\"1970-01-01T00:00:01Z\",\"n\":7}\n"
      "{\"type\":\"E\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"n\":8}\n";
  const std::string first =
      "{\"event_type\":\"L\",\"timestamp\":\"1970-01-01T00:00:01Z\",\"l\":1}\n";
  EXPECT_EQ(Replay(program, events, {"--no-flush"}).out, first);
  EXPECT_EQ(Replay(program, events).out,
            first +
                "{\"event_type\":\"T\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"n\":2}\n"
                "{\"event_type\":\"S\",\"timestamp\":\"1970-01-01T00:00:01Z\",\"s\":7}\n"
                "{\"event_type\":\"S\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"s\":8}\n"
                "{\"event_type\":\"L\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"l\":2}\n");
}

TEST_F(Operators, WarningsAreShownAndEverythingIfAskedFor) {
  const std::string program =
      "stream A = E.log(level: \"warn\", message: n).log(level: \"trace\", message: n, data: 1)\n"
      "stream B = E.log(level: \"error\").emit(n: n)\n";
  const std::string events = "{\"type\":\"E\",\"n\":1}\n{\"type\":\"E\",\"n\":2}\n";
  const Outcome few = Replay(program, events);
  EXPECT_EQ(few.exit_code, 0) << few.Text();
  EXPECT_THAT(LinesWith(few.err, "[LOG]"),
              ElementsAre("[LOG] warn [A] 1 {\"n\":1}", "[LOG] error [B] E {\"n\":1}",
                          "[LOG] warn [A] 2 {\"n\":2}", "[LOG] error [B] E {\"n\":2}"));
  for (const char* workers : {"1", "4"}) {
    const Outcome all = Replay(program, events, {"-v", "-w", workers});
    EXPECT_THAT(LinesWith(all.err, "[LOG]"),
                ElementsAre("[LOG] warn [A] 1 {\"n\":1}", "[LOG] trace [A] 1 1",
                            "[LOG] error [B] E {\"n\":1}", "[LOG] warn [A] 2 {\"n\":2}",
                            "[LOG] trace [A] 2 1", "[LOG] error [B] E {\"n\":2}"));
  }
}

TEST_F(Operators, MetricsAreShownIfAskedForAndLabelSetsAreBounded) {
  std::string events;
  for (int i = 0; i < 1003; ++i) events += fmt::format("{{\"type\":\"E\",\"k\":{}}}\n", i);
  const std::string program = "stream A = E.tap(counter: \"seen\", labels: [k])\n";
  EXPECT_THAT(Replay(program, events).err, Not(HasSubstr("seen{")));
  const std::vector<std::string> metrics = LinesWith(Replay(program, events, {"-v"}).err, "seen{");
  EXPECT_THAT(metrics, SizeIs(1001));
  EXPECT_THAT(metrics, AllOf(Contains("seen{k=\"999\"} 1"), Contains("seen{k=\"_other\"} 3")));
}

TEST_F(Operators, AProgramThatStopsKeepsWhatCameBefore) {
  const std::string program =
      "stream Early = E.emit(n: n)\n"
      "stream Stops = E.where(10 / n > 0).on_error(\"stop\").emit(n: n)\n"
      "stream Late = E.emit(n: n)\n";
  std::string events;
  for (int i = 0; i < 9000; ++i) {
    events += fmt::format("{{\"type\":\"E\",\"n\":{}}}\n", i == 5000 ? 0 : 1);
  }
  const Outcome one = Replay(program, events);
  EXPECT_EQ(one.exit_code, 1) << one.Text();
  EXPECT_THAT(Lines(one.out), SizeIs(15001));
  EXPECT_THAT(one.err, HasSubstr("stopped by .on_error(\"stop\"): Stops: div_zero in event 5001: "
                                 "E 1970-01-01T00:00:00Z {\"n\":0}\n"));
  EXPECT_THAT(LastLine(one.err), MatchesRegex("[0-9]+ events, 15001 outputs, .*"));
  const Outcome four = Replay(program, events, {"-w", "4"});
  EXPECT_EQ(four.exit_code, 1) << four.Text();
  EXPECT_EQ(four.out, one.out);
  EXPECT_THAT(LastLine(four.err), MatchesRegex("[0-9]+ events, 15001 outputs, .*"));
}

TEST_F(Operators, AWindowMayStopTheProgramAtTheEndOfInput) {
  const Outcome outcome =
      Replay("stream S = E.window(1m).aggregate(q: 1 / (count() - 1)).on_error(\"stop\")\n",
             "{\"type\":\"E\"}\n");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("S: div_zero at the end of input: S "));
}

TEST_F(Operators, DistinctForgetsTheKeyThatWasNotSeenForLongest) {
  std::string events;
  const auto add = [&](int key) { events += fmt::format("{{\"type\":\"E\",\"k\":{}}}\n", key); };
  constexpr int kRemembered = 100'000;
  for (int i = 0; i < kRemembered; ++i) add(i);
  add(0);            // seen again: now the newest
  add(kRemembered);  // one too many: 1 is forgotten
  add(0);
  add(1);
  const Outcome outcome = Replay("stream D = E.distinct(k).emit(k: k)\n", events);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  const std::vector<std::string> lines = Lines(outcome.out);
  ASSERT_THAT(lines, SizeIs(kRemembered + 2));
  EXPECT_THAT(lines[kRemembered], HasSubstr("\"k\":100000}"));
  EXPECT_THAT(lines[kRemembered + 1], HasSubstr("\"k\":1}"));
}

TEST_F(Operators, ExplainShowsHintsAndHandlers) {
  const std::string program =
      scratch_.Write("p.vpl",
                     "stream A = E.concurrent(workers: 4, partition_by: k).where(n / 2 > 1)"
                     ".on_error(\"skip\").limit(3).emit(n: n)\n");
  const Outcome outcome = Varpulis({"explain", program});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  for (const char* line :
       {"  concurrent 4 workers by k", "             on error skip", "  limit      3 row(s)"}) {
    EXPECT_THAT(Lines(outcome.out), Contains(StartsWith(line)));
  }
}

}  // namespace
}  // namespace varpulis::cli_test
