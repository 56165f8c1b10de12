// Packs of rules, as large as detection teams have them.

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "examples/generate/rule_pack.h"
#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kSeed = 3;
constexpr uint64_t kRules = 120;

size_t LineOf(const std::string& text, size_t offset) {
  return 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + offset, '\n'));
}

TEST(RulePack, RulesHaveTheSizeThatIsPromised) {
  for (uint64_t i = 0; i < 300; ++i) {
    const generate::Rule rule = generate::MakeRule(kSeed, i);
    EXPECT_GE(rule.PredicateCount(), 10u);
    EXPECT_LE(rule.PredicateCount(), 60u);
    EXPECT_EQ(rule.context.size() + 4, 15u);
  }
  EXPECT_EQ(generate::RulePackText(kSeed, 20), generate::RulePackText(kSeed, 20));
  EXPECT_NE(generate::RulePackText(kSeed, 20), generate::RulePackText(kSeed + 1, 20));
}

TEST(RulePack, IsAcceptedWithoutAWarning) {
  const Scratch scratch;
  const auto path = scratch.Write("rules.vpl", generate::RulePackText(kSeed, kRules));
  const Outcome outcome = Varpulis({"check", "--deny-warnings", path});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("Statements: 120"));
}

TEST(RulePack, EachEventThatIsMadeForARuleFiresIt) {
  const Scratch scratch;
  const auto program = scratch.Write("rules.vpl", generate::RulePackText(kSeed, kRules));
  generate::RuleEvents events(kSeed, kRules);
  std::string lines;
  std::multiset<std::string> expected;
  for (int i = 0; i < 400; ++i) {
    lines += events.Next() + "\n";
    if (!events.hit().empty()) expected.insert(events.hit());
  }
  ASSERT_GT(expected.size(), 10u);
  const Outcome outcome = Varpulis(
      {"simulate", "--engine=interp", "-p", program, "-e", scratch.Write("events.jsonl", lines)});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  std::multiset<std::string> fired;
  for (const std::string& line : Lines(outcome.out)) {
    const auto alert = nlohmann::json::parse(line);
    EXPECT_EQ(alert.size(), 17u) << "type, time and 15 fields: " << line;
    fired.insert(alert["event_type"]);
  }
  EXPECT_EQ(fired, expected);
  EXPECT_THAT(outcome.err, HasSubstr("more streams without a match"));
}

TEST(RulePack, ABadRuleNamesItselfAndHidesNoOther) {
  std::string text = generate::RulePackText(kSeed, kRules);
  // The last rule calls what is not there; the one in the middle has a syntax error; the first is
  // about a field twice.
  const size_t last = text.rfind("lower(");
  text.replace(last, 5, "lowre");
  const size_t middle = text.find(".where(", text.size() / 2);
  text.insert(middle + 7, "== ");
  const Scratch scratch;
  const auto path = scratch.Write("rules.vpl", text);
  const Outcome outcome = Varpulis({"check", path});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr(path + ":" + std::to_string(LineOf(text, last + 3)) + ":"),
                    HasSubstr("unknown function `lowre`"), HasSubstr("did you mean `lower`?"),
                    HasSubstr(path + ":" + std::to_string(LineOf(text, middle)) + ":"),
                    HasSubstr("rules.vpl: 2 errors in 119 statements")));
}

TEST(RulePack, ManyWarningsHideNoError) {
  std::string text;
  for (int i = 0; i < 1500; ++i) {
    text += "stream W" + std::to_string(i) + " = E .where(lower(f) == 'A') .emit(f: f)\n";
  }
  text += "stream Last = E .where(nofun(f)) .emit(f: f)\n";
  const Outcome outcome = Varpulis({"check", "-"}, text);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("unknown function `nofun`"), HasSubstr(":1501:"),
                    HasSubstr("500 more are not shown"), HasSubstr("1 error, 1500 warnings")));
}

TEST(RulePack, IndependentErrorsAreAllToldAtOnce) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    const std::string name = "S" + std::to_string(i);
    text += i % 2 == 0 ? "stream " + name + " = E .where(f == )\n"
                       : "stream " + name + " = E .where(nofun" + std::to_string(i) + "(f))\n";
  }
  const Outcome outcome = Varpulis({"check", "-"}, text);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  for (int line = 1; line <= 60; ++line) {
    EXPECT_THAT(outcome.err, HasSubstr("standard input:" + std::to_string(line) + ":"));
  }
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("60 errors"), Not(HasSubstr("not shown"))));
}

}  // namespace
}  // namespace varpulis::cli_test
