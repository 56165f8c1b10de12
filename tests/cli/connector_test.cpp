// Programs with connectors, replayed: what `.to` puts out goes out, unless the replay is offline.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
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

const char* const kEvents = "@1s E { n: 1 }\n@2s E { n: 2 }\n@3s E { n: 3 }\n";

class Delivered : public ::testing::Test {
 protected:
  Delivered() {
    std::string name = "/tmp/varpulis-deliver-test-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Delivered() override { std::filesystem::remove_all(folder_); }
  std::string Program(const std::string& file) const {
    return fmt::format(
        "connector F = file(path: \"{}\")\nconnector C = console()\n"
        "stream In = E .to(F)\n"
        "stream Out = In .where(n > 1) .to(C) .emit(n: n)\n",
        (folder_ / file).string());
  }
  std::string Contents(const std::string& file) const {
    std::ifstream in(folder_ / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder_;
};

TEST_F(Delivered, EventsInTheirOrderOnAnyNumberOfWorkers) {
  for (const std::string workers : {"1", "3"}) {
    const std::string file = "out" + workers;
    const Outcome outcome = Replay(Program(file), kEvents, {"-w", workers});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
    EXPECT_EQ(Contents(file),
              "{\"event_type\":\"In\",\"timestamp\":\"1970-01-01T00:00:01Z\",\"n\":1}\n"
              "{\"event_type\":\"In\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"n\":2}\n"
              "{\"event_type\":\"In\",\"timestamp\":\"1970-01-01T00:00:03Z\",\"n\":3}\n");
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("In: .to(F) delivers to file\n"),
                                   HasSubstr("[00:00:02] Out | {\"n\":2}\n"),
                                   HasSubstr("3 events were delivered to F\n"),
                                   HasSubstr("2 events were delivered to C\n")));
    EXPECT_THAT(LastLine(outcome.err), HasSubstr("3 events, 2 outputs, ")) << outcome.Text();
  }
}

TEST_F(Delivered, NothingOffline) {
  const Outcome outcome = Replay(Program("out"), kEvents, {"--offline"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
  EXPECT_THAT(outcome.err, Not(HasSubstr("deliver")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(Delivered, WhatFailsIsCountedWithTheReason) {
  const Outcome outcome = Replay(Program("missing/out"), kEvents);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("0 events were delivered to F, 3 were not: "));
  EXPECT_THAT(outcome.err, HasSubstr("No such file or directory"));
  EXPECT_THAT(Replay("connector R = amqp(url: \"h\")\nstream S = E .to(R)\n", kEvents).err,
              HasSubstr("3 were not: this build has no driver for .to of connector kind `amqp`\n"));
}

TEST_F(Delivered, ParametersWithoutSenseEndItBeforeTheFirstEvent) {
  const Outcome outcome =
      Replay("connector H = http(url: \"ftp://h\")\nstream S = E .emit(n: n) .to(H)\n", kEvents);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("connector H: url must begin with http:// or https://"));
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
