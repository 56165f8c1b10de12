// Event files that are wrong in every way: a clear line on standard error, the right exit code, and
// the events before the mistake are not lost.

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string Event(int n) { return fmt::format("{{\"type\":\"A\",\"n\":{}}}\n", n); }
std::string Output(int n) {
  return fmt::format(R"({{"event_type":"Out","timestamp":"1970-01-01T00:00:00Z","n":{}}})", n);
}

class BadEvents : public testing::Test {
 protected:
  Outcome Simulate(const std::string& events, std::vector<std::string> options = {}) {
    return Varpulis(Arguments(scratch_.Write("events", events), std::move(options)));
  }
  std::vector<std::string> Arguments(const std::string& path, std::vector<std::string> options) {
    std::vector<std::string> arguments = {"simulate", "-p", program_, "-e", path};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return arguments;
  }

  Scratch scratch_;
  const std::string program_ = scratch_.Write("p.vpl", "stream Out = A.emit(n: n)\n");
};

TEST_F(BadEvents, AMalformedLineNamesFileAndLineAndEndsTheReplay) {
  const Outcome outcome = Simulate(Event(1) + Event(2) + "{\"type\":\"A\",\n" + Event(3));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1), Output(2)));
  EXPECT_THAT(outcome.err, HasSubstr(scratch_.Path("events") + ":3: invalid JSON"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("skipped")));
  EXPECT_THAT(LastLine(outcome.err), HasSubstr("2 events, 2 outputs, "));
}

TEST_F(BadEvents, SkipBadCountsShowsThreeAndGoesOn) {
  std::string events;
  for (int i = 0; i < 5; ++i) events += Event(i) + "nonsense\n";
  const Outcome outcome = Simulate(events, {"--skip-bad"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), SizeIs(5));
  EXPECT_THAT(outcome.err, HasSubstr("5 malformed lines skipped"));
  for (int line : {2, 4, 6}) EXPECT_THAT(outcome.err, HasSubstr(fmt::format("events:{}: ", line)));
  EXPECT_THAT(outcome.err, Not(HasSubstr("events:8: ")));
  EXPECT_THAT(LastLine(outcome.err), HasSubstr("5 events, 5 outputs, "));
}

TEST_F(BadEvents, TheSecondFileIsNamed) {
  const std::string first = scratch_.Write("first", Event(1));
  const std::string second = scratch_.Write("second", Event(2) + "{\n");
  const Outcome outcome = Varpulis(Arguments(first, {"-e", second}));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1), Output(2)));
  EXPECT_THAT(outcome.err, HasSubstr(second + ":2: "));
}

TEST_F(BadEvents, AMissingFileIsNamedBeforeAnythingRuns) {
  const std::string first = scratch_.Write("first", Event(1));
  const Outcome outcome = Varpulis(Arguments(first, {"-e", scratch_.Path("nowhere")}));
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr(scratch_.Path("nowhere") + ": No such file"));
}

TEST_F(BadEvents, AFolderOrAnUnreadableFileIsNamed) {
  Outcome outcome = Varpulis(Arguments(scratch_.Path(""), {}));
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr(scratch_.Path("") + ": Is a directory"));
  if (geteuid() == 0) return;  // root reads everything
  const std::string locked = scratch_.Write("locked", Event(1));
  ASSERT_EQ(chmod(locked.c_str(), 0), 0);
  outcome = Varpulis(Arguments(locked, {}));
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr(locked + ": Permission denied"));
}

TEST_F(BadEvents, ATruncatedLastLineIsAnErrorAndAWholeOneWithoutLineBreakIsNot) {
  Outcome outcome = Simulate(Event(1) + R"({"type":"A","n":2)");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1)));
  EXPECT_THAT(outcome.err, HasSubstr("events:2: "));
  outcome = Simulate(Event(1) + R"({"type":"A","n":2})");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1), Output(2)));
}

TEST_F(BadEvents, ALineOfTenMegabytes) {
  const std::string line = R"({"type":"A","x":")" + std::string(10 << 20, 'x') + "\"}\n";
  Outcome outcome = Simulate(Event(1) + line + Event(2));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1)));
  EXPECT_THAT(outcome.err, HasSubstr("events:2: the line is longer than 1 MiB"));
  outcome = Simulate(Event(1) + line + Event(2), {"--skip-bad"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1), Output(2)));
}

TEST_F(BadEvents, InvalidUtf8) {
  const Outcome outcome = Simulate(Event(1) + "{\"type\":\"A\",\"n\":\"\xff\"}\n");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1)));
  EXPECT_THAT(outcome.err, HasSubstr("events:2: "));
  EXPECT_THAT(outcome.err, HasSubstr("not UTF-8"));
}

TEST_F(BadEvents, DeepNesting) {
  const std::string deep(100'000, '[');
  for (const std::string& line : {R"({"type":"A","n":)" + deep, "A { n: " + deep}) {
    const Outcome outcome = Simulate(Event(1) + line + "\n");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1)));
    EXPECT_THAT(outcome.err, HasSubstr("events:2: "));
    EXPECT_THAT(outcome.err, HasSubstr("nested too deeply"));
  }
  EXPECT_EQ(Simulate(deep).exit_code, 1);
}

TEST_F(BadEvents, ZerosAndNothing) {
  Outcome outcome = Simulate(std::string(3 << 20, '\0'));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("events:1: "));
  outcome = Simulate(std::string(100, '\0'));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("events:1: "));
  outcome = Simulate("");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(LastLine(outcome.err), HasSubstr("0 events, 0 outputs, "));
}

TEST_F(BadEvents, StandardInputIsReadToItsMistake) {
  for (bool piped : {false, true}) {
    const Outcome outcome = Varpulis(Call{
        .arguments = Arguments("-", {}), .input = Event(1) + "?\n" + Event(2), .piped = piped});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    EXPECT_THAT(Lines(outcome.out), ElementsAre(Output(1)));
    EXPECT_THAT(outcome.err, HasSubstr("standard input:2: "));
  }
}

}  // namespace
}  // namespace varpulis::cli_test
