// Programs with connectors, replayed by a build that has no drivers.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kProgram =
    "connector Mq = mqtt(host: \"localhost\", password: \"hidden\")\n"
    "stream In = E.from(Mq, topic: \"in\") .to(Mq)\n"
    "stream Out = In .where(n > 1) .to(Mq, topic: \"zone/\" + n) .emit(n: n)\n";

const char* const kEvents = "E { n: 1 }\nE { n: 2 }\nE { n: 3 }\n";

TEST(Connectors, ReplaySaysOncePerSinkThatNothingIsDelivered) {
  for (const std::string workers : {"1", "3"}) {
    const Outcome outcome = Replay(kProgram, kEvents, {"-w", workers});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
    EXPECT_THAT(
        outcome.err,
        AllOf(HasSubstr("In: .to(Mq) delivers nothing, this build has no driver for mqtt\n"),
              HasSubstr("Out: .to(Mq) delivers nothing"),
              HasSubstr("3 events of In were not delivered to Mq\n"),
              HasSubstr("2 events of Out were not delivered to Mq\n")));
    EXPECT_THAT(LastLine(outcome.err), HasSubstr("3 events, 2 outputs, ")) << outcome.Text();
  }
}

TEST(Connectors, OfflineIsSilentAboutThem) {
  const Outcome outcome = Replay(kProgram, kEvents, {"--offline"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
  EXPECT_THAT(outcome.err, Not(HasSubstr("deliver")));
}

TEST(Connectors, SecretsAreNotShown) {
  for (const char* stage : {"--emit=typed", "--emit=plan"}) {
    const Outcome outcome = Varpulis({"compile", stage, "-"}, kProgram);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("password: ***"), Not(HasSubstr("hidden")))) << stage;
  }
}

TEST(Connectors, ExplainDrawsThem) {
  const Outcome outcome = Varpulis({"explain", "--format=dot", "-"}, kProgram);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("\"Out\" -> \"connector Mq\""));
}

}  // namespace
}  // namespace varpulis::cli_test
