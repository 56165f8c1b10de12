// Programs that cannot be read or compiled.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kVerbs = {"check", "validate", "parse", "compile", "explain"};

// `verb FILE`, and `simulate` with an empty event file.
std::vector<std::string> Arguments(const std::string& verb, const std::string& path) {
  if (verb == "simulate") return {"simulate", "-p", path, "-e", "/dev/null"};
  return {verb, path};
}

class BadProgram : public testing::Test {
 protected:
  Scratch scratch_;
};

TEST_F(BadProgram, EveryErrorIsShownWithItsPosition) {
  const std::string path = scratch_.Write("p.vpl",
                                          "stream X = A.where(n > ).emit(n: n)\n"
                                          "stream Y = A\n"
                                          "    .where(nofun(1) == 2)\n"
                                          "    .emit(n: n)\n"
                                          "stream Z = A.window(0).emit(n: n)\n");
  for (const char* verb : {"check", "validate", "compile", "explain", "simulate"}) {
    const Outcome outcome = Varpulis(Arguments(verb, path));
    EXPECT_EQ(outcome.exit_code, 1) << verb << outcome.Text();
    EXPECT_THAT(outcome.out, IsEmpty()) << verb;
    EXPECT_THAT(outcome.err,
                AllOf(HasSubstr("error[E000]"), HasSubstr(path + ":1:24"), HasSubstr("error[E050]"),
                      HasSubstr(path + ":3:12"), HasSubstr("error[E013]"), HasSubstr(path + ":5:")))
        << verb;
  }
  const Outcome parsed = Varpulis({"parse", path});
  EXPECT_EQ(parsed.exit_code, 1) << parsed.Text();
  EXPECT_THAT(parsed.err, HasSubstr(path + ":1:24"));
}

TEST_F(BadProgram, AnInitialiserThatFailsAbortsTheLoad) {
  const std::string path = scratch_.Write("p.vpl",
                                          "let zero = to_int(\"0\")\n"
                                          "let share = 1 / zero\n"
                                          "stream X = A.emit(n: n)\n");
  for (const char* workers : {"1", "3"}) {
    const Outcome outcome = Varpulis({"simulate", "-p", path, "-e", "/dev/null", "-w", workers});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    EXPECT_THAT(outcome.err, HasSubstr("the initialiser of `share` fails: division by zero"));
  }
}

TEST_F(BadProgram, WorkersThatHelpNothingAreSaidSo) {
  const std::string path = scratch_.Write("p.vpl",
                                          "var seen = 0\n"
                                          "fn bump() -> int:\n"
                                          "    seen := seen + 1\n"
                                          "    return seen\n"
                                          "stream X = A.emit(n: bump())\n");
  const std::string events = scratch_.Write("e.evt", "A { }\nA { }\n");
  const Outcome outcome = Varpulis({"simulate", "-p", path, "-e", events, "-w", "2"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("warning[W090]"), HasSubstr("`seen` is assigned")));
  EXPECT_THAT(outcome.out, HasSubstr("\"n\":2"));
}

TEST_F(BadProgram, WhatCannotBeReadIsNamed) {
  std::vector<std::string> verbs = kVerbs;
  verbs.push_back("simulate");
  for (const std::string& verb : verbs) {
    Outcome outcome = Varpulis(Arguments(verb, scratch_.Path("nowhere.vpl")));
    EXPECT_EQ(outcome.exit_code, 2) << verb << outcome.Text();
    EXPECT_THAT(outcome.err, HasSubstr(scratch_.Path("nowhere.vpl") + ": No such file")) << verb;
    outcome = Varpulis(Arguments(verb, scratch_.Path("")));
    EXPECT_EQ(outcome.exit_code, 2) << verb << outcome.Text();
    EXPECT_THAT(outcome.err, HasSubstr(scratch_.Path("") + ": Is a directory")) << verb;
  }
}

TEST_F(BadProgram, ADirectoryOrMissingFileDoesNotHideTheOthers) {
  const std::string good = scratch_.Write("good.vpl", "stream X = A.emit(n: n)\n");
  const std::string bad = scratch_.Write("bad.vpl", "stream = A\n");
  Outcome outcome = Varpulis({"check", scratch_.Path("nowhere.vpl"), bad, good});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("Syntax OK"));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("nowhere.vpl: "), HasSubstr("bad.vpl:1:8")));
  outcome = Varpulis({"check", bad, good});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
}

TEST_F(BadProgram, TooLarge) {
  const std::string path = scratch_.Write("p.vpl", std::string(33 << 20, '#'));
  for (const std::string& verb : kVerbs) {
    const Outcome outcome = Varpulis({verb, path});
    EXPECT_EQ(outcome.exit_code, 1) << verb << outcome.Text();
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("error[E065]"), HasSubstr("32 MiB"))) << verb;
  }
}

TEST_F(BadProgram, DeepNesting) {
  const std::string deep(100'000, '[');
  for (const std::string& text :
       {"let x = " + deep, "stream X = A.where(" + std::string(100'000, '(') + ")\n",
        "let x = " + std::string(100'000, '-') + "1\n"}) {
    const Outcome outcome = Varpulis({"check", scratch_.Write("p.vpl", text)});
    EXPECT_NE(outcome.exit_code, -1) << outcome.Text();
    EXPECT_LT(outcome.err.size(), 10'000u);
  }
  const Outcome outcome = Varpulis({"check", scratch_.Write("p.vpl", "let x = " + deep)});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("more than 256 levels of nesting"));
}

TEST_F(BadProgram, InvalidUtf8) {
  const std::string path = scratch_.Write("p.vpl", "let a = 1\nlet b = '\xff'\n");
  const Outcome outcome = Varpulis({"check", path});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("not valid UTF-8"), HasSubstr("p.vpl:2:10")));
}

TEST_F(BadProgram, ZerosAreOneMistake) {
  const Outcome outcome = Varpulis({"check", scratch_.Write("p.vpl", std::string(3 << 20, '\0'))});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("p.vpl:1:1"));
  EXPECT_LT(outcome.err.size(), 10'000u);
  EXPECT_EQ(outcome.err.find('\0'), std::string::npos) << "what a terminal cannot show is escaped";
}

TEST_F(BadProgram, AnEmptyProgramIsFine) {
  const Outcome outcome = Varpulis({"check", scratch_.Write("p.vpl", "")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("Syntax OK"));
}

TEST_F(BadProgram, SimulateEndsWithASummaryAllTheSame) {
  const std::string path = scratch_.Write("p.vpl", "stream = A\n");
  const Outcome outcome = Varpulis(Arguments("simulate", path));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(LastLine(outcome.err), HasSubstr("0 events, 0 outputs"));
}

}  // namespace
}  // namespace varpulis::cli_test
