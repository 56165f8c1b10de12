// The verbs that show what the compiler makes of a program, on the example.

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Stages, EachIsShownAndTheSameEveryTime) {
  const std::pair<const char*, const char*> stages[] = {
      {"tokens", "3:1 EVENT event"},
      {"ast", "event Login"},
      {"typed", "user_id: str"},
      {"plan", "stream AccountTakeover"},
      {"automaton", "automaton AccountTakeover"},
      {"kernels", "kernel "},
#ifdef VPL_WITH_JIT
      {"llvm", "define "},
      {"llvm-opt", "define "},
      {"asm", ".text"},
      {"object",
       "\x7f"
       "ELF"},
#endif
  };
  for (const auto& [stage, part] : stages) {
    const Outcome outcome = Varpulis({"compile", std::string("--emit=") + stage, VPL_FRAUD});
    EXPECT_EQ(outcome.exit_code, 0) << stage << outcome.Text();
    EXPECT_THAT(outcome.out, HasSubstr(part)) << stage;
    EXPECT_THAT(outcome.err, IsEmpty()) << stage;
    EXPECT_EQ(Varpulis({"compile", std::string("--emit=") + stage, VPL_FRAUD}).out, outcome.out)
        << stage;
  }
}

TEST(Stages, EarlyOnesAreShownInSpiteOfErrors) {
  const std::string program = "stream X = A.where(nofun(n) == 1).emit(n: n)\n";
  for (const char* stage : {"--emit=tokens", "--emit=ast"}) {
    const Outcome outcome = Varpulis({"compile", stage, "-"}, program);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    EXPECT_THAT(outcome.out, HasSubstr("nofun"));
    EXPECT_THAT(outcome.err, HasSubstr("E050"));
  }
  const Outcome outcome = Varpulis({"compile", "--emit=plan", "-"}, program);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST(Stages, StatisticsAreForPeople) {
  const Outcome outcome = Varpulis({"compile", "--stats", VPL_FRAUD});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("parse "));
  EXPECT_THAT(outcome.err, HasSubstr("lower "));
}

TEST(Stages, CheckAndValidateAreOneVerb) {
  for (const std::string& options : {"", "--deny-warnings"}) {
    std::string outputs[2];
    int exit_codes[2];
    for (int i : {0, 1}) {
      std::vector<std::string> arguments = {i == 0 ? "check" : "validate", "-"};
      if (!options.empty()) arguments.push_back(options);
      const Outcome outcome =
          Varpulis(arguments, "stream Cards = Card.emit(n: n)\nevent Cart:\n    n: int\n");
      outputs[i] = outcome.out;
      exit_codes[i] = outcome.exit_code;
    }
    EXPECT_EQ(outputs[0], outputs[1]);
    EXPECT_EQ(exit_codes[0], exit_codes[1]);
  }
  const Outcome outcome = Varpulis({"check", VPL_FRAUD});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, StartsWith("Syntax OK\n"));
}

TEST(Stages, Parse) {
  const Outcome outcome = Varpulis({"parse", VPL_FRAUD});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("stream AccountTakeover"));
}

TEST(Stages, Explain) {
  Outcome outcome = Varpulis({"explain", VPL_FRAUD});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("automaton AccountTakeover"));
  outcome = Varpulis({"explain", "--format=dot", VPL_FRAUD});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("digraph"));
}

}  // namespace
}  // namespace varpulis::cli_test
