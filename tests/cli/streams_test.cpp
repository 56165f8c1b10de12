// What goes to which stream, and what happens when a stream is not there.

#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Streams : public testing::Test {
 protected:
  Streams() {
    std::string text;
    for (int i = 0; i < kEvents; ++i) text += fmt::format("{{\"type\":\"A\",\"n\":{}}}\n", i);
    events_ = scratch_.Write("events.jsonl", text);
  }
  std::vector<std::string> Simulate(const std::string& program,
                                    std::vector<std::string> options = {}) {
    std::vector<std::string> arguments = {"simulate", "-p", program, "-e", events_};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return arguments;
  }

  static constexpr int kEvents = 20'000;  // far more output than a pipe holds
  Scratch scratch_;
  std::string events_;
  const std::string all_ = scratch_.Write("all.vpl", "stream Out = A.emit(n: n)\n");
  const std::string none_ = scratch_.Write("none.vpl", "stream Out = A.where(n < 0).emit(n: n)\n");
  const std::string prints_ =
      scratch_.Write("prints.vpl", "stream Out = A.print(n).where(n == 1).emit(n: n)\n");
};

const char* const kSummary = "[0-9]+ events, [0-9]+ outputs, .*";

TEST_F(Streams, StandardOutputHasNothingButEvents) {
  for (const char* engine : {"interp", "auto"}) {
    const Outcome outcome = Varpulis(Simulate(all_, {"--engine", engine}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    const std::vector<std::string> lines = Lines(outcome.out);
    EXPECT_THAT(lines, SizeIs(kEvents));
    for (const std::string& line : lines) {
      const auto event = nlohmann::json::parse(line, nullptr, false);
      ASSERT_TRUE(event.is_object()) << line;
      ASSERT_EQ(event.value("event_type", ""), "Out") << line;
    }
    EXPECT_THAT(LastLine(outcome.err), MatchesRegex(kSummary));
  }
}

TEST_F(Streams, AProgramThatNeverFiresSaysSo) {
  const Outcome outcome = Varpulis(Simulate(none_));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(LastLine(outcome.err), StartsWith("20000 events, 0 outputs, "));
}

TEST_F(Streams, ATimedReplayWaitsAndSaysTheSame) {
  const std::string events = scratch_.Write(
      "timed.evt",
      "A { n: 1 }\n@150ms A { n: 2 }\nBATCH 300\nA { n: 3 }\n{\"type\":\"A\",\"n\":4}\n");
  const auto simulate = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"simulate", "-p", all_, "-e", events});
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = Varpulis(options);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_THAT(LastLine(outcome.err), StartsWith("4 events, 4 outputs, "));
    return std::pair(outcome.out, std::chrono::steady_clock::now() - begin);
  };
  const auto [plain, fast] = simulate({});
  for (const std::vector<std::string>& how :
       {std::vector<std::string>{"--timed"}, {"--timed", "--streaming", "-w", "4"}}) {
    const auto [timed, slow] = simulate(how);
    EXPECT_EQ(timed, plain);
    EXPECT_GE(slow, std::chrono::milliseconds(300));
  }
}

TEST_F(Streams, QuietCountsOnly) {
  const Outcome outcome = Varpulis(Simulate(all_, {"-q"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(LastLine(outcome.err), StartsWith("20000 events, 20000 outputs, "));
}

TEST_F(Streams, PrintedLinesAreForPeopleUnlessTextIsAskedFor) {
  Outcome outcome = Varpulis(Simulate(prints_));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out), SizeIs(1));
  EXPECT_THAT(outcome.err, HasSubstr("[PRINT] 19999"));
  outcome = Varpulis(Simulate(prints_, {"--format", "text"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  const std::vector<std::string> lines = Lines(outcome.out);
  ASSERT_THAT(lines, SizeIs(kEvents + 1));
  EXPECT_EQ(lines[0], "[PRINT] 0");
  EXPECT_EQ(lines[1], "[PRINT] 1");
  EXPECT_THAT(lines[2], StartsWith("OUTPUT EVENT: Out - {"));
}

TEST_F(Streams, AReaderThatGoesAwayEndsTheCommandQuietly) {
  const std::vector<std::vector<std::string>> calls = {Simulate(all_),
                                                       Simulate(all_, {"--format", "text"}),
                                                       Simulate(prints_, {"--format", "text"}),
                                                       {"compile", "--emit=kernels", VPL_FRAUD},
                                                       {"compile", "--emit=tokens", VPL_FRAUD},
                                                       {"explain", VPL_FRAUD},
                                                       {"parse", VPL_FRAUD}};
  for (const std::vector<std::string>& arguments : calls) {
    const Outcome outcome = Varpulis(Call{.arguments = arguments, .out = Sink::FirstLine});
    EXPECT_EQ(outcome.exit_code, 0) << arguments[0] << outcome.Text();
    EXPECT_THAT(Lines(outcome.out), SizeIs(1)) << arguments[0];
  }
}

TEST_F(Streams, OutputThatCannotBeWrittenIsAnError) {
  const std::vector<std::vector<std::string>> calls = {Simulate(all_),
                                                       {"compile", VPL_FRAUD},
                                                       {"explain", VPL_FRAUD},
                                                       {"parse", VPL_FRAUD},
                                                       {"check", VPL_FRAUD}};
  for (const std::vector<std::string>& arguments : calls) {
    for (Sink sink : {Sink::Full, Sink::Closed}) {
      const Outcome outcome = Varpulis(Call{.arguments = arguments, .out = sink});
      EXPECT_EQ(outcome.exit_code, 2) << arguments[0] << outcome.Text();
      EXPECT_THAT(outcome.err, HasSubstr("standard output: ")) << arguments[0];
    }
  }
}

TEST_F(Streams, NothingDependsOnStandardError) {
  for (Sink sink : {Sink::Full, Sink::Closed, Sink::FirstLine}) {
    const Outcome outcome = Varpulis(Call{.arguments = Simulate(all_), .err = sink});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_THAT(Lines(outcome.out), SizeIs(kEvents));
    const std::string bad = scratch_.Write("bad.vpl", "stream = A\n");
    EXPECT_EQ(Varpulis(Call{.arguments = {"check", bad}, .err = sink}).exit_code, 1);
  }
}

TEST_F(Streams, AFileIsWrittenAsStandardOutputWouldBe) {
  const std::string path = scratch_.Path("plan");
  const Outcome to_file = Varpulis({"compile", VPL_FRAUD, "-o", path});
  EXPECT_EQ(to_file.exit_code, 0) << to_file.Text();
  EXPECT_THAT(to_file.out, IsEmpty());
  EXPECT_TRUE(std::filesystem::file_size(path) > 0);
  const Outcome lost = Varpulis({"compile", VPL_FRAUD, "-o", scratch_.Path("no/such/folder")});
  EXPECT_EQ(lost.exit_code, 2) << lost.Text();
  EXPECT_THAT(lost.err, HasSubstr(scratch_.Path("no/such/folder")));
}

TEST_F(Streams, AProgramOnStandardInput) {
  const Outcome checked =
      Varpulis({"check", "-"}, "stream Out = A.where(nofun(1) == 1).emit(n: n)\n");
  EXPECT_EQ(checked.exit_code, 1) << checked.Text();
  EXPECT_THAT(checked.err, HasSubstr("standard input:1:22"));
  const Outcome replayed = Varpulis(Call{.arguments = Simulate("-"),
                                         .input = "stream Out = A.where(n == 7).emit(n: n)\n",
                                         .piped = true});
  EXPECT_EQ(replayed.exit_code, 0) << replayed.Text();
  EXPECT_THAT(Lines(replayed.out), ElementsAre(HasSubstr("\"n\":7}")));
}

}  // namespace
}  // namespace varpulis::cli_test
