// Diagnostics as text, JSON and SARIF; warnings that are allowed or denied.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A warning (W100), and an error with a related place in the line above it.
const std::string kMistakes =
    "stream A = E .where(lower(name) == 'Bob') .emit(n: name)\n"
    "stream A = E .emit(n: name)\n";
const std::string kWarning = "stream A = E .where(lower(name) == 'Bob') .emit(n: name)\n";
const std::string kFine = "stream A = E .emit(n: name)\n";

TEST(Formats, JsonIsOneObject) {
  const Scratch scratch;
  const auto path = scratch.Write("p.vpl", kMistakes);
  for (const char* verb : {"check", "validate"}) {
    const Outcome outcome = Varpulis({verb, "--format", "json", path});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    const json report = json::parse(outcome.out);
    EXPECT_EQ(report["valid"], false);
    EXPECT_EQ(report["errors"], 1);
    EXPECT_EQ(report["warnings"], 1);
    ASSERT_EQ(report["diagnostics"].size(), 2u);
    EXPECT_EQ(report["diagnostics"][0], (json{{"file", path},
                                              {"severity", "warning"},
                                              {"code", "W100"},
                                              {"line", 1},
                                              {"column", 36},
                                              {"end_line", 1},
                                              {"end_column", 41},
                                              {"message", "`lower(name)` is never 'Bob'"},
                                              {"label", "this is never found"},
                                              {"hint", "write 'bob'"}}));
    EXPECT_EQ(report["diagnostics"][1],
              (json{{"file", path},
                    {"severity", "error"},
                    {"code", "E002"},
                    {"line", 2},
                    {"column", 8},
                    {"end_line", 2},
                    {"end_column", 9},
                    {"message", "duplicate stream `A`"},
                    {"hint", "rename one of them"},
                    {"related", json::array({{{"line", 1},
                                              {"column", 8},
                                              {"end_line", 1},
                                              {"end_column", 9},
                                              {"message", "previously declared here"}}})}}));
    EXPECT_THAT(outcome.err, HasSubstr("1 error, 1 warning"));
  }
}

TEST(Formats, JsonOfWhatIsFine) {
  const Outcome outcome = Varpulis({"check", "--format", "json", "-"}, kFine);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(
      json::parse(outcome.out),
      (json{{"valid", true}, {"errors", 0}, {"warnings", 0}, {"diagnostics", json::array()}}));
}

TEST(Formats, ColumnsCountCharactersAndAnyBytesAreData) {
  const Outcome outcome =
      Varpulis({"check", "--format", "json", "-"}, "let x = '\u00e4\u00e4' \x01\n");
  const json diagnostic = json::parse(outcome.out)["diagnostics"][0];
  EXPECT_EQ(diagnostic["column"], 14);
  EXPECT_EQ(diagnostic["message"], "`\x01` has no meaning here");
  const Outcome invalid = Varpulis({"check", "--format", "json", "-"}, "let x = '\xff'\n");
  EXPECT_EQ(json::parse(invalid.out)["diagnostics"][0]["column"], 10);
}

TEST(Formats, SarifHasRulesLevelsAndPlaces) {
  const Scratch scratch;
  const auto path = scratch.Write("a b.vpl", kMistakes);
  const Outcome outcome = Varpulis({"check", "--format=sarif", path});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  const json log = json::parse(outcome.out);
  EXPECT_EQ(log["version"], "2.1.0");
  EXPECT_THAT(log["$schema"].get<std::string>(), HasSubstr("sarif-2.1.0"));
  ASSERT_EQ(log["runs"].size(), 1u);
  const json& run = log["runs"][0];
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  const json& driver = run["tool"]["driver"];
  EXPECT_EQ(driver["name"], "varpulis");
  ASSERT_EQ(driver["rules"].size(), 2u);
  ASSERT_EQ(run["results"].size(), 2u);
  for (const json& result : run["results"]) {
    const json& rule = driver["rules"].at(result["ruleIndex"].get<size_t>());
    EXPECT_EQ(rule["id"], result["ruleId"]);
    EXPECT_EQ(rule["defaultConfiguration"]["level"], result["level"]);
    EXPECT_FALSE(rule["shortDescription"]["text"].get<std::string>().empty());
    const json& place = result["locations"][0]["physicalLocation"];
    EXPECT_THAT(place["artifactLocation"]["uri"].get<std::string>(),
                AllOf(HasSubstr("file:///"), HasSubstr("/a%20b.vpl")));
  }
  const json& duplicate = run["results"][1];
  EXPECT_EQ(duplicate["ruleId"], "E002");
  EXPECT_EQ(duplicate["level"], "error");
  EXPECT_EQ(duplicate["message"]["text"], "duplicate stream `A`\nhelp: rename one of them");
  EXPECT_EQ(duplicate["locations"][0]["physicalLocation"]["region"],
            (json{{"startLine", 2}, {"startColumn", 8}, {"endLine", 2}, {"endColumn", 9}}));
  ASSERT_EQ(duplicate["relatedLocations"].size(), 1u);
  const json& related = duplicate["relatedLocations"][0];
  EXPECT_EQ(related["id"], 0);
  EXPECT_EQ(related["message"]["text"], "previously declared here");
  EXPECT_EQ(related["physicalLocation"]["region"]["startLine"], 1);
}

TEST(Formats, SeveralFilesAreOneReport) {
  const Scratch scratch;
  const auto good = scratch.Write("good.vpl", kFine);
  const auto bad = scratch.Write("bad.vpl", kMistakes);
  const auto warned = scratch.Write("warned.vpl", kWarning);
  Outcome outcome = Varpulis({"check", "--format", "json", bad, good, warned});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  json report = json::parse(outcome.out);
  EXPECT_EQ(report["warnings"], 2);
  ASSERT_EQ(report["diagnostics"].size(), 3u);
  EXPECT_EQ(report["diagnostics"][2]["file"], warned);
  outcome = Varpulis({"check", "--format", "json", scratch.Path("nowhere.vpl"), warned});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  report = json::parse(outcome.out);
  EXPECT_EQ(report["valid"], false);
  EXPECT_EQ(report["diagnostics"].size(), 1u);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere.vpl: No such file"));
}

TEST(Formats, OtherCommandsShowThemOnStandardError) {
  const Scratch scratch;
  const auto bad = scratch.Write("bad.vpl", kMistakes);
  for (const char* format : {"json", "sarif"}) {
    const std::string option = std::string("--diagnostics=") + format;
    for (const auto& arguments :
         {std::vector<std::string>{"compile", option, bad}, {"explain", option, bad}}) {
      const Outcome outcome = Varpulis(arguments);
      EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
      EXPECT_THAT(outcome.out, IsEmpty());
      EXPECT_TRUE(json::accept(outcome.err)) << outcome.Text();
    }
    const Outcome outcome = Varpulis({"simulate", option, "-p", bad, "-e", "/dev/null"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    EXPECT_THAT(outcome.err, HasSubstr("\"E002\""));
    EXPECT_THAT(LastLine(outcome.err), HasSubstr("0 events, 0 outputs"));
  }
}

TEST(Warnings, AreDeniedOnRequest) {
  const Scratch scratch;
  const auto path = scratch.Write("p.vpl", kWarning);
  Outcome outcome = Varpulis({"check", path});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("Syntax OK"), HasSubstr("Warnings:   1")));
  outcome = Varpulis({"check", "--deny-warnings", path});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.out, Not(HasSubstr("Syntax OK")));
  EXPECT_THAT(outcome.err, HasSubstr("1 warning (denied)"));
  outcome = Varpulis({"check", "--deny-warnings", "--format", "json", path});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_EQ(json::parse(outcome.out)["valid"], false);
  for (const auto& arguments : {std::vector<std::string>{"compile", "--deny-warnings", path},
                                {"explain", "--deny-warnings", path},
                                {"simulate", "--deny-warnings", "-p", path, "-e", "/dev/null"}}) {
    outcome = Varpulis(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr("--deny-warnings"));
  }
}

TEST(Warnings, AreAllowedByCode) {
  const Scratch scratch;
  const auto path = scratch.Write("p.vpl", kWarning);
  const Outcome outcome = Varpulis({"check", "--deny-warnings", "--allow", "W100", path});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, Not(HasSubstr("Warnings")));
  EXPECT_THAT(outcome.err, AllOf(Not(HasSubstr("W100")), HasSubstr("no errors")));
  const Outcome other = Varpulis({"check", "--allow", "W101", "--allow", "W034", path});
  EXPECT_THAT(other.err, HasSubstr("W100"));
  const Outcome error = Varpulis({"check", "--allow", "E002", path});
  EXPECT_EQ(error.exit_code, 2) << error.Text();
  EXPECT_THAT(error.err, HasSubstr("E002 is an error"));
  const Outcome unknown = Varpulis({"check", "--allow", "W999", path});
  EXPECT_EQ(unknown.exit_code, 2) << unknown.Text();
  EXPECT_THAT(unknown.err, HasSubstr("there is no warning W999"));
}

}  // namespace
}  // namespace varpulis::cli_test
