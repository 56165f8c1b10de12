// Declarations from recordings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kEvents =
    "{\"event_type\":\"Sale\",\"user\":\"ana\",\"amount\":5,\"tags\":[\"a\"],\"vip\":true,\"note\":"
    "null}\n"
    "{\"event_type\":\"Sale\",\"user\":\"bo\",\"amount\":5.5,\"tags\":[],\"vip\":false,\"code\":"
    "\"007\"}\n"
    "{\"event_type\":\"Sale\",\"data\":{\"user\":\"cy\",\"amount\":1,\"tags\":[\"b\",\"c\"],"
    "\"vip\":true,"
    "\"where\":{\"x\":1},\"code\":\"x\"}}\n"
    "@5s Alarm { zone: 3, level: 1, mixed: 1, `odd-name`: 2 }\n"
    "@6s Alarm { zone: 4, level: 2.0, mixed: \"one\" }\n";

constexpr const char* kDeclarations =
    "event Alarm:\n"
    "    level: float\n"
    "    mixed: str\n"
    "    zone: int\n"
    "# `odd-name` of Alarm is int?: in backticks it can be read\n"
    "\n"
    "event Sale:\n"
    "    amount: float\n"
    "    code: str?\n"
    "    note: str?\n"
    "    tags: [str]\n"
    "    user: str\n"
    "    vip: bool\n"
    "    where: any?\n";

TEST(Infer, DeclaresWhatIsThere) {
  const Scratch scratch;
  const Outcome outcome = Varpulis({"infer", "--input", scratch.Write("e.jsonl", kEvents)});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(outcome.out, kDeclarations);
  EXPECT_EQ(LastLine(outcome.err), "# 2 event types in 5 events");
}

TEST(Infer, WhatItWritesChecksAndReadsTheSameFile) {
  const Scratch scratch;
  const std::string events = scratch.Write("e.jsonl", kEvents);
  const std::string program = scratch.Path("e.vpl");
  ASSERT_EQ(Varpulis({"infer", "-e", events, "-o", program}).exit_code, 0);
  EXPECT_EQ(Varpulis({"check", program}).exit_code, 0);
  const Outcome outcome = Varpulis({"simulate", "-p", program, "-e", events});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(LastLine(outcome.err), HasSubstr("5 events, 0 outputs"));
}

TEST(Infer, TakesASample) {
  const Scratch scratch;
  const Outcome outcome =
      Varpulis({"infer", "--input", scratch.Write("e.jsonl", kEvents), "--sample-size", "1"});
  EXPECT_EQ(outcome.out,
            "event Sale:\n    amount: int\n    note: str?\n    tags: [str]\n    user: str\n    "
            "vip: bool\n");
  EXPECT_EQ(LastLine(outcome.err), "# 1 event types in 1 events");
}

TEST(Infer, RefusesWhatItCannotRead) {
  const Scratch scratch;
  EXPECT_EQ(Varpulis({"infer", "--input", scratch.Path("none.jsonl")}).exit_code, 2);
  EXPECT_EQ(Varpulis({"infer", "--input", "-"}, kEvents).exit_code, 2);
  const std::string bad = scratch.Write("bad.jsonl", "{\"event_type\":\"A\",\"x\":1}\n{\"x\"\n");
  const Outcome refused = Varpulis({"infer", "--input", bad});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("bad.jsonl:2"));
  EXPECT_EQ(Varpulis({"infer", "--input", bad, "--skip-bad"}).out, "event A:\n    x: int\n");
}

}  // namespace
}  // namespace varpulis::cli_test
