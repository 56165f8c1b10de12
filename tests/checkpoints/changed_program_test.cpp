// A checkpoint in the hands of a program that is not the one that wrote it (operations.md 6.3).

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checkpoints/saved_run.h"

namespace varpulis::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Lines = std::vector<std::string>;

constexpr const char* kWindow =
    "stream W = E .window(10s) .aggregate(n: count(), s: sum(x)) .emit(n: n, s: s)\n";
constexpr const char* kPattern =
    "stream P = E as a -> E where k == a.k as b .within(1m) .emit(k: a.k, from: a.x, to: b.x)\n";

state::Checkpoint Saved(const std::string& program, const std::string& events,
                        uint32_t workers = 1) {
  SavedRun run(program, workers);
  EXPECT_EQ(run.failure(), "");
  run.Feed(events);
  return run.Save();
}

TEST(ChangedProgram, StatelessExpressionsMayChange) {
  const auto saved = Saved(kWindow, "@0s E { x: 1 }\n@1s E { x: 2 }\n");
  SavedRun run(
      "stream W = E .where(x > 10) .window(10s) .aggregate(n: count(), s: sum(x)) .having(n > 2) "
      ".emit(rows: n, total: s)\n",
      saved);
  ASSERT_EQ(run.failure(), "");
  ASSERT_TRUE(run.status().ok()) << run.status().message();
  EXPECT_THAT(run.report().restored, ElementsAre("W"));
  run.Feed("@2s E { x: 3 }\n@3s E { x: 40 }\n");
  run.Finish();
  EXPECT_THAT(run.Take(), ElementsAre("@3s W { rows: 3, total: 43.0 }"));
}

TEST(ChangedProgram, AnotherWindowStartsAnewAndOthersGoOn) {
  const std::string program = std::string(kWindow) + kPattern;
  const auto saved = Saved(program, "@0s E { k: 1, x: 1 }\n@1s E { k: 2, x: 2 }\n");
  SavedRun run(
      "stream W = E .window(20s) .aggregate(n: count(), s: sum(x)) .emit(n: n, s: s)\n"
      "stream New = E .emit(x: x)\n" +
          std::string(kPattern),
      saved);
  ASSERT_TRUE(run.status().ok()) << run.status().message();
  EXPECT_THAT(run.report().reset, ElementsAre("W"));
  EXPECT_THAT(run.report().fresh, ElementsAre("New"));
  EXPECT_THAT(run.report().restored, ElementsAre("P"));
  run.Feed("@2s E { k: 2, x: 3 }\n");
  run.Finish();
  EXPECT_THAT(run.Take(), ElementsAre("@2s New { x: 3 }", "@2s P { k: 2, from: 2, to: 3 }",
                                      "@2s W { n: 1, s: 3.0 }"));
}

// What a run has captured cannot be what a new condition reads.
TEST(ChangedProgram, OtherCapturesStartAnew) {
  const auto saved = Saved(kPattern, "@0s E { k: 1, x: 1, y: 1 }\n");
  SavedRun run(
      "stream P = E as a -> E where k == a.k and y > a.y as b .within(1m) .emit(k: a.k, from: a.x, "
      "to: b.x)\n",
      saved);
  ASSERT_TRUE(run.status().ok()) << run.status().message();
  EXPECT_THAT(run.report().reset, ElementsAre("P"));
  EXPECT_THAT(run.report().restored, IsEmpty());
}

// A model of other parameters would say something else; the pattern below it is the same.
TEST(ChangedProgram, OtherParametersOfAForecastStartAnew) {
  const auto program = [](const std::string& parameters, const std::string& emit) {
    return "stream F = A as a -> B as b .within(1h) .forecast(warmup: 0, " + parameters +
           ") .emit(" + emit + ")\n";
  };
  const std::string events = "@0s A { n: 1 }\n@1s B { n: 2 }\n@2s A { n: 3 }\n";
  const auto saved = Saved(program("confidence: 0.1", "p: forecast_probability"), events);
  SavedRun same(program("confidence: 0.1", "n: a.n, p: forecast_probability"), saved);
  ASSERT_EQ(same.failure(), "");
  ASSERT_TRUE(same.status().ok()) << same.status().message();
  EXPECT_THAT(same.report().reset, ElementsAre("F"));  // it captures `a.n`
  SavedRun deeper(program("confidence: 0.1, max_depth: 2", "p: forecast_probability"), saved);
  ASSERT_TRUE(deeper.status().ok()) << deeper.status().message();
  EXPECT_THAT(deeper.report().reset, ElementsAre("F"));
  SavedRun goes_on(program("confidence: 0.1", "p: forecast_probability, s: stream"), saved);
  ASSERT_TRUE(goes_on.status().ok()) << goes_on.status().message();
  EXPECT_THAT(goes_on.report().restored, ElementsAre("F"));
}

TEST(ChangedProgram, AnotherGroupThatMustNotComeStartsAnew) {
  const auto program = [](const std::string& group) {
    return "pattern Quiet = SEQ(A as a, NOT (" + group +
           "), C as c) within 1h\nstream Q = Quiet .emit(n: a.n)\n";
  };
  const auto saved = Saved(program("B -> D"), "@0s A { n: 1 }\n@1s B { n: 2 }\n");
  SavedRun same(program("B -> D"), saved);
  ASSERT_TRUE(same.status().ok()) << same.status().message();
  EXPECT_THAT(same.report().restored, ElementsAre("Q"));
  same.Feed("@2s D { n: 3 }\n@3s C { n: 4 }\n");
  EXPECT_THAT(same.Take(), IsEmpty());
  SavedRun other(program("B AND D"), saved);
  ASSERT_TRUE(other.status().ok()) << other.status().message();
  EXPECT_THAT(other.report().reset, ElementsAre("Q"));
}

TEST(ChangedProgram, StreamsThatAreGoneAreSaid) {
  const auto saved = Saved(std::string(kWindow) + kPattern, "@0s E { k: 1, x: 1 }\n");
  SavedRun run(kWindow, saved);
  ASSERT_TRUE(run.status().ok());
  EXPECT_THAT(run.report().dropped, ElementsAre("P"));
}

TEST(ChangedProgram, VariablesKeepTheirValuesAndConstantsDoNot) {
  const std::string text =
      "var seen = 0\nlet factor = {}\nfn next():\n    seen := seen + {}\n    return seen * factor\n"
      "stream S = E .emit(n: next())\n";
  const auto with = [&](const std::string& factor, const std::string& step) {
    std::string program = text;
    program.replace(program.find("{}"), 2, factor);
    return program.replace(program.find("{}"), 2, step);
  };
  const auto saved = Saved(with("1", "1"), "E { }\nE { }\n");
  SavedRun run(with("10", "5") + "var other = 3\nstream T = E .emit(o: other)\n", saved);
  ASSERT_EQ(run.failure(), "");
  ASSERT_TRUE(run.status().ok()) << run.status().message();
  run.Feed("E { }\n");
  EXPECT_THAT(run.Take(), ElementsAre("@0s S { n: 70 }", "@0s T { o: 3 }"));
}

// Whoever goes on does not say again what the initialisers print, and numbers outputs on.
TEST(ChangedProgram, WhatWasSaidAtLoadIsNotSaidAgain) {
  const std::string program = "print(\"loaded\")\nstream S = E .emit(n: 1)\n";
  SavedRun first(program);
  ASSERT_EQ(first.failure(), "");
  first.Feed("E { }\n");
  EXPECT_THAT(first.Take(), ElementsAre("[PRINT] loaded", "@0s S { n: 1 }"));
  const state::Checkpoint saved = first.Save();
  EXPECT_EQ(saved.events, 1u);
  EXPECT_EQ(saved.outputs, 1u);
  SavedRun second(program, saved);
  second.Feed("E { }\n");
  EXPECT_THAT(second.Take(), ElementsAre("@0s S { n: 1 }"));
  EXPECT_EQ(second.Save().events, 2u);
  EXPECT_EQ(second.Save().outputs, 2u);
}

// A checkpoint of several shards in an engine of another program's making, where a reader keeps them
// together.
TEST(ChangedProgram, KeysOfSeveralShardsMeetInOneEngine) {
  std::string begin, end;
  for (int k = 0; k < 40; ++k) {
    begin += "@0s E { k: " + std::to_string(k) + ", x: 1 }\n";
    end += "@1s E { k: " + std::to_string(k) + ", x: 2 }\n";
  }
  SavedRun whole(kPattern);
  whole.Feed(begin + end);
  const Lines expected = whole.Take();
  ASSERT_EQ(expected.size(), 40u);
  const auto saved = Saved(kPattern, begin, 4);
  EXPECT_GT(saved.sections.size(), 5u);
  SavedRun run(std::string(kPattern) + "stream First = P .limit(1)\n", saved, 2);
  ASSERT_TRUE(run.status().ok()) << run.status().message();
  EXPECT_THAT(run.report().restored, ElementsAre("P"));
  run.Feed(end);
  EXPECT_EQ(run.Take(), expected);
}

}  // namespace
}  // namespace varpulis::testing
