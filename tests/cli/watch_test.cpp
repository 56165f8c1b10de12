// `simulate --watch`: the program, its imports and the events are files that somebody works on.

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"
#include "tests/process/running_command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kWatching = "runs again when one changes";

class Watch : public ::testing::Test {
 protected:
  Watch() {
    scratch_.Write("limit.vpl", "const LIMIT = 5\n");
    scratch_.Write("p.vpl",
                   "import \"limit.vpl\"\nstream S = A .where(x > LIMIT) .emit(seen: x)\n");
    scratch_.Write("e.evt", "A { x: 7 }\n");
  }
  std::vector<std::string> Arguments() const {
    return {"simulate", "--watch", "-p", scratch_.Path("p.vpl"), "-e", scratch_.Path("e.evt")};
  }
  static std::string Seen(int x) { return "\"seen\":" + std::to_string(x) + "}"; }

  Scratch scratch_;
};

TEST_F(Watch, runs_again_when_any_of_its_files_changes) {
  process_test::RunningCommand command(Arguments());
  ASSERT_TRUE(command.WaitForOutput(kWatching)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr(Seen(7)));
  EXPECT_THAT(command.output(), HasSubstr("watching 3 files"));
  scratch_.Write("e.evt", "A { x: 8 }\n");
  ASSERT_TRUE(command.WaitForOutput(kWatching, 2)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr("e.evt has changed"));
  EXPECT_THAT(command.output(), HasSubstr(Seen(8)));
  scratch_.Write("limit.vpl", "const LIMIT = 8\n");
  ASSERT_TRUE(command.WaitForOutput(kWatching, 3)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr("limit.vpl has changed"));
  EXPECT_THAT(command.output(), HasSubstr("1 events, 0 outputs"));
  // As editors do it: another file takes its name.
  scratch_.Write("new.vpl", "stream S = A .emit(seen: x + 1)\n");
  std::filesystem::rename(scratch_.Path("new.vpl"), scratch_.Path("p.vpl"));
  ASSERT_TRUE(command.WaitForOutput(kWatching, 4)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr(Seen(9)));
  EXPECT_THAT(command.output(), HasSubstr("watching 2 files"));
  command.Signal(SIGINT);
  EXPECT_EQ(command.Wait(), 128 + SIGINT);
}

TEST_F(Watch, goes_on_after_an_error) {
  std::filesystem::remove(scratch_.Path("limit.vpl"));
  process_test::RunningCommand command(Arguments());
  ASSERT_TRUE(command.WaitForOutput(kWatching)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr("error"));
  // What was missing is waited for.
  scratch_.Write("limit.vpl", "const LIMIT = 5\n");
  ASSERT_TRUE(command.WaitForOutput(kWatching, 2)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr(Seen(7)));
  std::filesystem::remove(scratch_.Path("e.evt"));
  ASSERT_TRUE(command.WaitForOutput(kWatching, 3)) << command.output();
  EXPECT_THAT(command.output(), HasSubstr("No such file"));
  scratch_.Write("e.evt", "A { x: 9 }\n");
  ASSERT_TRUE(command.WaitForOutput(Seen(9))) << command.output();
}

TEST_F(Watch, refuses_what_cannot_be_run_again) {
  const std::vector<std::string> from_input = {"simulate", "--watch", "-p", scratch_.Path("p.vpl"),
                                               "-e",       "-"};
  const Outcome input = Varpulis(from_input);
  EXPECT_EQ(input.exit_code, 2);
  EXPECT_THAT(input.err, HasSubstr("standard input cannot be read again"));
  std::vector<std::string> resumed = Arguments();
  resumed.insert(resumed.end(), {"--checkpoint-dir", scratch_.Path("state")});
  const Outcome checkpoints = Varpulis(resumed);
  EXPECT_EQ(checkpoints.exit_code, 2);
  EXPECT_THAT(checkpoints.err, HasSubstr("--checkpoint-dir"));
}

}  // namespace
}  // namespace varpulis::cli_test
