// Detection rules over recordings.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Two files in a folder and one below it.
class Detection : public ::testing::Test {
 protected:
  Detection() {
    std::filesystem::create_directories(scratch_.Path("rules/deep"));
    scratch_.Write(
        "rules/b_certutil.vpl",
        "stream Certutil = Proc .where(contains(cmd, \"urlcache\"))\n"
        "    .emit(rule: \"certutil|download\", mitre: \"T1105\", severity: \"high\", summary: "
        "\"a=b\", cmd: cmd)\n");
    scratch_.Write("rules/a_silent.vpl",
                   "stream Never = Proc .where(cmd == \"never\") .emit(cmd: cmd)\n");
    scratch_.Write("rules/deep/spray.vpl",
                   "stream Spray = Logon .where(ok == false) .window(3) .aggregate(n: count())\n"
                   "    .emit(level: \"low\", n: n)\n");
    attack_ = scratch_.Write(
        "attack.evt",
        "@0s Proc { cmd: \"certutil -urlcache x\" }\n"
        "@1s Logon { ok: false }\n@2s Logon { ok: false }\n@3s Logon { ok: false }\n");
    evasion_ = scratch_.Write(
        "evasion.evt",
        "@0s Proc { cmd: \"certutil -URLCACHE x\" }\n"
        "@1s Logon { ok: false }\n@2s Logon { ok: false }\n@3s Logon { ok: false }\n");
  }

  Outcome Detect(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"detect", "--rules", scratch_.Path("rules"), "--events",
                                          attack_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Varpulis(arguments);
  }

  Scratch scratch_;
  std::string attack_;
  std::string evasion_;
};

TEST_F(Detection, ListsAlertsAsATable) {
  const Outcome outcome = Detect({});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  const std::vector<std::string> lines = Lines(outcome.out);
  ASSERT_EQ(lines.size(), 4u) << outcome.Text();
  EXPECT_THAT(lines[0], StartsWith("Time                  Severity  Rule               MITRE"));
  EXPECT_EQ(lines[1],
            "1970-01-01T00:00:00Z  high      certutil|download  T1105  a=b      cmd=certutil "
            "-urlcache x");
  EXPECT_EQ(lines[2], "1970-01-01T00:00:03Z  low       Spray                              n=3");
  EXPECT_THAT(lines[3], StartsWith("2 alert(s) detected | 4 events x 3 rules in "));
}

TEST_F(Detection, WritesCef) {
  const Outcome outcome = Detect({"--format", "cef", "-w", "3"});
  EXPECT_THAT(
      Lines(outcome.out),
      ElementsAre("CEF:0|Varpulis|KillChain|1.0|certutil\\|download|a=b|8|cat=T1105 cmd=certutil "
                  "-urlcache x",
                  "CEF:0|Varpulis|KillChain|1.0|Spray||3|cat= n=3"));
  EXPECT_THAT(LastLine(outcome.err), StartsWith("2 alert(s) detected"));
}

TEST_F(Detection, WritesJsonAndMarkdown) {
  const json alerts = json::parse(Detect({"--format", "json"}).out);
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0]["rule"], "certutil|download");
  EXPECT_EQ(alerts[0]["fields"]["cmd"], "certutil -urlcache x");
  EXPECT_EQ(alerts[1]["severity"], "low");
  EXPECT_THAT(Detect({"--format", "markdown"}).out,
              AllOf(HasSubstr("| --- | --- |"), HasSubstr("certutil\\|download")));
}

TEST_F(Detection, ARuleWithAnErrorHidesNoOther) {
  scratch_.Write("rules/a_bad.vpl", "stream X = Proc .where(\n");
  const Outcome outcome = Detect({});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("a_bad.vpl:1:23"));
  EXPECT_THAT(outcome.out, HasSubstr("2 alert(s) detected | 4 events x 4 rules"));
}

TEST_F(Detection, NeedsRulesAndEvents) {
  EXPECT_EQ(Varpulis({"detect", "--rules", scratch_.Path("none"), "--events", attack_}).exit_code,
            2);
  std::filesystem::create_directories(scratch_.Path("empty"));
  EXPECT_EQ(Varpulis({"detect", "--rules", scratch_.Path("empty"), "--events", attack_}).exit_code,
            2);
  EXPECT_EQ(
      Varpulis({"detect", "--rules", scratch_.Path("rules"), "--events", scratch_.Path("none")})
          .exit_code,
      2);
}

TEST_F(Detection, ComparesARecordingWithOneThatEvades) {
  const std::vector<std::string> arguments = {
      "analyze", "--rules", scratch_.Path("rules"), "--baseline", attack_, "--evasion", evasion_};
  const Outcome outcome = Varpulis(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out),
              ElementsAre("Rule               MITRE  Baseline    Evasion     Verdict",
                          "a_silent                  MISS        MISS        SILENT",
                          "certutil|download  T1105  DETECT (1)  MISS        EVADABLE",
                          "Spray                     DETECT (1)  DETECT (1)  RESILIENT"));
  EXPECT_EQ(LastLine(outcome.err), "3 rules, 1 EVADABLE, 1 RESILIENT, 1 SILENT");
  std::vector<std::string> as_json = arguments;
  as_json.insert(as_json.end(), {"--format", "json"});
  EXPECT_EQ(json::parse(Varpulis(as_json).out)[1]["verdict"], "EVADABLE");
  // The other way round the rule finds only what evades it.
  const Outcome reversed = Varpulis({"analyze", "--rules", scratch_.Path("rules/b_certutil.vpl"),
                                     "--baseline", evasion_, "--evasion", attack_});
  EXPECT_THAT(reversed.out, HasSubstr("BROKEN"));
}

}  // namespace
}  // namespace varpulis::cli_test
