// The command line itself.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

void ExpectUsageError(const std::vector<std::string>& arguments, const std::string& message) {
  const Outcome outcome = Varpulis(arguments);
  EXPECT_EQ(outcome.exit_code, 2) << outcome.Text();
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr(message));
}

TEST(Usage, Version) {
  for (const char* flag : {"--version", "-V"}) {
    const Outcome outcome = Varpulis({flag});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_THAT(outcome.out, StartsWith("varpulis 0."));
    EXPECT_THAT(outcome.err, IsEmpty());
  }
}

TEST(Usage, Help) {
  for (const char* flag : {"--help", "-h"}) {
    const Outcome outcome = Varpulis({flag});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_THAT(outcome.err, IsEmpty());
    for (const char* verb :
         {"simulate", "validate", "check", "parse", "compile", "explain", "fmt", "lsp"}) {
      EXPECT_THAT(outcome.out, HasSubstr(verb));
    }
  }
  const Outcome outcome = Varpulis({"simulate", "--help"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("--skip-bad"));
}

TEST(Usage, UnknownVerb) {
  ExpectUsageError({}, "subcommand");
  ExpectUsageError({"frobnicate"}, "frobnicate");
  ExpectUsageError({"simulat"}, "did you mean `varpulis simulate`?");
}

TEST(Usage, UnknownFlag) {
  ExpectUsageError({"--frob"}, "--frob");
  ExpectUsageError({"simulate", "--frob"}, "--frob");
  ExpectUsageError({"simulate", "-p", VPL_FRAUD, "-e", "/dev/null", "--frob"}, "--frob");
  ExpectUsageError({"check", "--frob", VPL_FRAUD}, "--frob");
}

TEST(Usage, MissingAndWrongValues) {
  const std::vector<std::string> simulate = {"simulate", "-p", VPL_FRAUD, "-e", "/dev/null"};
  const auto with = [&](std::vector<std::string> options) {
    options.insert(options.begin(), simulate.begin(), simulate.end());
    return options;
  };
  ExpectUsageError({"simulate", "-e", "/dev/null"}, "--program");
  ExpectUsageError({"simulate", "-p", VPL_FRAUD}, "--events");
  ExpectUsageError({"check"}, "program");
  ExpectUsageError(with({"--engine", "turbo"}), "turbo");
  ExpectUsageError(with({"--engine"}), "--engine");
  ExpectUsageError(with({"--format", "xml"}), "xml");
  ExpectUsageError(with({"-w", "0"}), "--workers");
  ExpectUsageError(with({"-w", "many"}), "--workers");
  ExpectUsageError(with({"--start", "yesterday"}), "yesterday");
  ExpectUsageError(with({"--timed", "--immediate"}), "--timed");
  ExpectUsageError({"compile", "--emit=bytecode", VPL_FRAUD}, "bytecode");
}

TEST(Usage, StandardInputIsReadOnce) {
  ExpectUsageError({"simulate", "-p", "-", "-e", "-"}, "standard input");
  ExpectUsageError({"simulate", "-p", VPL_FRAUD, "-e", "-", "-e", "-"}, "standard input");
}

TEST(Usage, BothSpellingsOfAValue) {
  const Outcome outcome =
      Varpulis({"simulate", std::string("--program=") + VPL_FRAUD, "--events=/dev/null",
                "--engine=interp", "-w", "1", "--preload"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
}

}  // namespace
}  // namespace varpulis::cli_test
