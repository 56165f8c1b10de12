// Programs of several files.

#include <filesystem>
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

const char* const kEvents = "Login { user: \"ana\", tries: 5 }\nLogin { user: \"bo\", tries: 1 }\n";

class Imports : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(scratch.Path("lib")); }

  Outcome Simulate(const std::string& program) const {
    return Varpulis({"simulate", "-p", program, "-e", scratch.Write("events.evt", kEvents)});
  }

  Scratch scratch;
};

// rules.vpl reads lib/streams.vpl, which reads lib/events.vpl beside it.
void WriteLibrary(const Scratch& scratch) {
  scratch.Write("lib/events.vpl", "event Login:\n    user: str\n    tries: int\nlet limit = 3\n");
  scratch.Write("lib/streams.vpl",
                "import \"events.vpl\"\n"
                "stream Many = Login .where(tries > limit) .emit(user: user)\n");
}

TEST_F(Imports, AreResolvedByEveryCommand) {
  WriteLibrary(scratch);
  const std::string program = scratch.Write(
      "rules.vpl",
      "import 'lib/streams.vpl'\nstream Again = Many .emit(who: user, limit: limit)\n");
  const Outcome replay = Simulate(program);
  EXPECT_EQ(replay.exit_code, 0) << replay.Text();
  EXPECT_EQ(replay.out,
            "{\"event_type\":\"Many\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"user\":\"ana\"}\n"
            "{\"event_type\":\"Again\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"who\":\"ana\","
            "\"limit\":3}\n");
  for (const char* verb : {"validate", "check", "compile", "explain", "parse"}) {
    const Outcome outcome = Varpulis({verb, program});
    EXPECT_EQ(outcome.exit_code, 0) << verb << outcome.Text();
  }
  EXPECT_THAT(Varpulis({"compile", program}).out, HasSubstr("stream Many"));
}

TEST_F(Imports, AliasIsInFrontOfTheNames) {
  WriteLibrary(scratch);
  const std::string program =
      scratch.Write("rules.vpl",
                    "import \"lib/streams.vpl\" as lib\n"
                    "stream Again = lib.Many .emit(who: user, limit: lib.limit)\n"
                    "stream Own = lib.Login .where(tries < lib.limit) .emit(user: user)\n");
  const Outcome outcome = Simulate(program);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(outcome.out,
            "{\"event_type\":\"lib.Many\",\"timestamp\":\"1970-01-01T00:00:00Z\","
            "\"user\":\"ana\"}\n"
            "{\"event_type\":\"Again\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"who\":\"ana\","
            "\"limit\":3}\n"
            "{\"event_type\":\"Own\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"user\":\"bo\"}\n");
}

TEST_F(Imports, FilesAreLoadedOnceByWhateverPath) {
  scratch.Write("lib/a.vpl", "import \"b.vpl\"\nstream A = Login .emit(user: user)\n");
  scratch.Write("lib/b.vpl", "import \"../lib/a.vpl\"\nimport \"../rules.vpl\"\nlet b = 1\n");
  const std::string program = scratch.Write(
      "rules.vpl",
      "import \"lib/a.vpl\"\nimport \"./lib/../lib/b.vpl\"\nstream C = A .emit(b: b)\n");
  std::filesystem::create_symlink(scratch.Path("lib/b.vpl"), scratch.Path("lib/again.vpl"));
  scratch.Write("link.vpl", "import \"lib/b.vpl\"\nimport \"lib/again.vpl\"\nstream D = A\n");
  for (const std::string& path : {program, scratch.Path("link.vpl")}) {
    const Outcome outcome = Varpulis({"validate", path});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  }
}

TEST_F(Imports, MistakesAreShownWhereTheyAre) {
  scratch.Write("lib/streams.vpl",
                "event Login:\n    user: str\nstream Many = Login .where(usr)\n");
  const std::string program =
      scratch.Write("rules.vpl", "import \"lib/streams.vpl\"\nstream Many = Login\n");
  const Outcome outcome = Varpulis({"validate", program});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("has no field `usr`\n  --> " + scratch.Path("lib/streams.vpl:3:28")),
                    HasSubstr("duplicate stream `Many`\n  --> " + scratch.Path("rules.vpl:2:8")),
                    HasSubstr("  ::: " + scratch.Path("lib/streams.vpl:3:8"))));
}

TEST_F(Imports, WhatCannotBeReadIsSaid) {
  const std::string program = scratch.Write("rules.vpl",
                                            "import \"nowhere.vpl\"\nimport \"lib\"\n"
                                            "event E:\n    n: int\nstream A = Unknown\n");
  const Outcome outcome = Varpulis({"validate", program});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("error[E036]: `nowhere.vpl` cannot be imported: there "
                              "is no file " +
                              scratch.Path("nowhere.vpl")),
                    HasSubstr("`lib` cannot be imported: Is a directory"), Not(HasSubstr("E033"))));
}

TEST_F(Imports, TenFilesDeepAndNoMore) {
  const auto chain = [&](int length) {
    for (int i = 0; i < length; ++i) {
      scratch.Write(fmt::format("{}.vpl", i), fmt::format("import \"{}.vpl\"\n", i + 1));
    }
    scratch.Write(fmt::format("{}.vpl", length), "stream Last = E\n");
    return Varpulis({"validate", scratch.Path("0.vpl")});
  };
  EXPECT_EQ(chain(10).exit_code, 0);
  const Outcome outcome = chain(11);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("`11.vpl` is imported through more than 10 files"),
                                 HasSubstr("  --> " + scratch.Path("10.vpl:1:8")),
                                 HasSubstr("  ::: " + scratch.Path("0.vpl:1:8"))));
}

TEST_F(Imports, ProgramFromStandardInputMayImport) {
  const std::string path = scratch.Write("events.vpl", "event Login:\n    user: str\n");
  const Outcome outcome =
      Varpulis({"compile", "-"}, "import \"" + path + "\"\nstream A = Login .emit(u: user)\n");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("user: str"));
}

}  // namespace
}  // namespace varpulis::cli_test
