// `varpulis fmt`: what it writes, what it leaves alone, its exit codes.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

constexpr const char* kUgly = "let   a=1 # one\n";
constexpr const char* kNeat = "let a = 1  # one\n";

class Format : public testing::Test {
 protected:
  std::string Read(const std::string& name) const {
    std::ifstream in(scratch_.Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Scratch scratch_;
};

TEST_F(Format, RewritesInPlaceAndKeepsPermissions) {
  const std::string path = scratch_.Write("p.vpl", kUgly);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  const Outcome outcome = Varpulis({"fmt", path});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_EQ(Read("p.vpl"), kNeat);
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_EQ(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}), 1)
      << "nothing else is left behind";
}

TEST_F(Format, FollowsLinks) {
  const std::string path = scratch_.Write("p.vpl", kUgly);
  fs::create_symlink("p.vpl", scratch_.Path("link.vpl"));
  const Outcome outcome = Varpulis({"fmt", scratch_.Path("link.vpl")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_TRUE(fs::is_symlink(scratch_.Path("link.vpl")));
  EXPECT_EQ(Read("p.vpl"), kNeat);
}

TEST_F(Format, DoesNotTouchWhatIsNeat) {
  const std::string path = scratch_.Write("p.vpl", kNeat);
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(path, long_ago);
  EXPECT_EQ(Varpulis({"fmt", path}).exit_code, 0);
  EXPECT_EQ(fs::last_write_time(path), long_ago);
}

TEST_F(Format, StandardInputGoesToStandardOutput) {
  const Outcome outcome = Varpulis({"fmt", "-"}, kUgly);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(outcome.out, kNeat);
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(Format, CheckNamesTheFilesThatDiffer) {
  const std::string ugly = scratch_.Write("ugly.vpl", kUgly);
  const std::string neat = scratch_.Write("neat.vpl", kNeat);
  Outcome outcome = Varpulis({"fmt", "--check", neat});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
  outcome = Varpulis({"fmt", "--check", neat, ugly});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_EQ(outcome.out, ugly + "\n");
  EXPECT_EQ(Read("ugly.vpl"), kUgly);
  outcome = Varpulis({"fmt", "-", "--check"}, kUgly);
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_EQ(outcome.out, "standard input\n");
}

TEST_F(Format, RefusesSyntaxErrorsAndGoesOn) {
  const std::string bad = scratch_.Write("bad.vpl", "let   a =\n");
  const std::string ugly = scratch_.Write("ugly.vpl", kUgly);
  Outcome outcome = Varpulis({"fmt", bad, ugly});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("error[E000]"), HasSubstr(bad + ":1:10")));
  EXPECT_EQ(Read("bad.vpl"), "let   a =\n");
  EXPECT_EQ(Read("ugly.vpl"), kNeat);
  outcome = Varpulis({"fmt", "-"}, "let   a =\n");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST_F(Format, MistakesInMeaningDoNotMatter) {
  const Outcome outcome = Varpulis({"fmt", "-"}, "let a=nofun(1)\n");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(outcome.out, "let a = nofun(1)\n");
}

TEST_F(Format, WhatCannotBeReadIsNamed) {
  const std::string nowhere = scratch_.Path("nowhere.vpl");
  const std::string ugly = scratch_.Write("ugly.vpl", kUgly);
  const Outcome outcome = Varpulis({"fmt", nowhere, ugly});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr(nowhere + ": No such file"));
  EXPECT_EQ(Read("ugly.vpl"), kNeat);
  EXPECT_EQ(Varpulis({"fmt"}).exit_code, 2);
  EXPECT_EQ(Varpulis({"fmt", "--chek", ugly}).exit_code, 2);
}

TEST_F(Format, WhatCannotBeWrittenIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "everything can be written";
  const std::string path = scratch_.Write("p.vpl", kUgly);
  fs::permissions(path, fs::perms::owner_read);
  const Outcome outcome = Varpulis({"fmt", path});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr(path), Not(HasSubstr("Success"))));
  EXPECT_EQ(Read("p.vpl"), kUgly);
}

}  // namespace
}  // namespace varpulis::cli_test
