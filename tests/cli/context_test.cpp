// Contexts of `simulate`: what it says of them, and that outputs do not depend on them.

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kStreams =
    "stream Low = E{0} .where(n < 50) .window(5s) .aggregate(s: sum(n)) .emit(s: s)\n"
    "stream High = E{1} .where(n > 40) .partition_by(k) .window(3) .aggregate(s: sum(n)) .emit(s: "
    "s)\n"
    "stream Pair = F as a -> F where k == a.k as b{1} .within(9s) .emit(a: a.n, b: b.n)\n"
    "stream Rest = F .distinct(n) .emit(n: n)\n";

std::string Program(const std::string& one, const std::string& two) {
  return fmt::format(fmt::runtime(kStreams), one, two);
}

std::string Events(int count) {
  std::string events;
  for (int i = 0; i < count; ++i)
    events +=
        fmt::format("@{}s {} {{ k: {}, n: {} }}\n", i, i % 3 == 0 ? "F" : "E", i % 5, i * 37 % 101);
  return events;
}

TEST(ContextTest, OutputsAreThoseOfOneContext) {
  const std::string events = Events(20000);
  const Outcome plain = Replay(Program("", ""), events);
  const Outcome scattered = Replay(
      "context one (cores: [0])\ncontext two\n" + Program(" .context(one)", " .context(two)"),
      events);
  ASSERT_EQ(scattered.exit_code, 0) << scattered.Text();
  EXPECT_EQ(scattered.out, plain.out);
  EXPECT_THAT(scattered.err, Not(HasSubstr("context")));
}

TEST(ContextTest, CoresThatThereAreNotAreNamed) {
  const Outcome outcome =
      Replay("context one (cores: [0, 7001])\ncontext two (cores: [7002, 7003])\n" +
                 Program(" .context(one)", " .context(two)"),
             Events(20));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err,
              HasSubstr("context one: this machine has no core 7001 for it, it runs on the "
                        "others that it names\n"));
  EXPECT_THAT(
      outcome.err,
      HasSubstr("context two: this machine has no core 7002, 7003 for it, it runs on any other\n"));
}

TEST(ContextTest, WhatRunsElsewhereIsNamed) {
  const Outcome outcome = Replay(
      "context one\ncontext two\nstream A = E .context(one) .where(n > 3) .emit(n: n)\n"
      "stream B = A .context(two) .emit(n: n)\n",
      Events(20));
  EXPECT_THAT(outcome.err,
              HasSubstr("B runs in context one, with the streams that it reads or that read it\n"));
}

TEST(ContextTest, AnAssignedVariableIsSharedByNobody) {
  const std::string text =
      "context one\nvar seen = 0\nfn Count():\n    seen := seen + 1\n    return seen\n"
      "stream A = E .context(one) .emit(n: Count())\nstream B = F .emit(n: Count())\n";
  const Outcome outcome = Replay(text, "E { n: 1 }\nF { n: 1 }\nE { n: 1 }\n");
  EXPECT_THAT(outcome.err, HasSubstr("warning[W090]: the program runs in one context: "));
  EXPECT_THAT(outcome.out, HasSubstr("\"n\":3"));
}

}  // namespace
}  // namespace varpulis::cli_test
