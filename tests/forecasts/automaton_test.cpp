// What patterns of all forms come to over symbols whose chances are known: worked out by hand.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/forecast/run_automaton.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

using forecast::Moves;
using forecast::Outlook;
using forecast::RunAutomaton;

class Forms : public ::testing::Test {
 protected:
  // A stream `F` of the pattern.
  void Compile(const std::string& pattern, const std::string& dials = "") {
    program_ =
        std::make_unique<ReplayProgram>("pattern P = " + pattern + " within 1h\nstream F = P " +
                                        dials + " .forecast() .emit(p: forecast_probability)\n");
    ASSERT_EQ(program_->failure(), "");
    const ir::StreamPlan& stream = program_->plan().streams.front();
    ASSERT_TRUE(stream.forecast.has_value());
    automaton_ = std::make_unique<RunAutomaton>(*stream.pattern, *stream.forecast);
    masks_ = {0};
    masks_.insert(masks_.end(), stream.forecast->symbols.begin(), stream.forecast->symbols.end());
  }

  // The chances are those of `other` and of the symbols in the order of the steps.
  Outlook Foresee(const std::string& state, const std::vector<double>& chances, uint32_t rounds) {
    EXPECT_EQ(chances.size(), masks_.size());
    std::vector<Moves> moves;
    for (const ir::SymbolMask mask : masks_) moves.push_back(automaton_->MovesOf(mask));
    std::vector<const Moves*> pointers;
    for (const Moves& move : moves) pointers.push_back(&move);
    return automaton_->Foresee(StateNamed(state), chances, pointers, rounds);
  }

  // Where a run waits that has just bound the step: `after b`.
  uint32_t StateNamed(const std::string& name) {
    const ir::PatternPlan& pattern = *program_->plan().streams.front().pattern;
    for (const ir::PatternEdge& edge : pattern.edges) {
      const bool waits = !edge.ends && edge.kind != ir::EdgeKind::Kill;
      if (waits && "after " + pattern.steps[edge.step].alias == name) return edge.to;
    }
    ADD_FAILURE() << "no state " << name;
    return 0;
  }
  const std::string& Label(const std::string& state) {
    return automaton_->label(StateNamed(state));
  }

  std::unique_ptr<ReplayProgram> program_;
  std::unique_ptr<RunAutomaton> automaton_;
  std::vector<ir::SymbolMask> masks_;
};

TEST_F(Forms, SequencesSkipWhatDoesNotFit) {
  Compile("SEQ(A as a, B as b, C as c)");
  // other, A, B, C
  const std::vector<double> chances = {0.1, 0.4, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after b", chances, 1).completion, 0.2, 1e-12);
  EXPECT_NEAR(Foresee("after b", chances, 4).completion, 1 - std::pow(0.8, 4), 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 1).completion, 0, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 0.3 * 0.2, 1e-12);
  // b at the first event or at the second: 0.3 * (1 - 0.8^2) + 0.7 * 0.3 * 0.2.
  EXPECT_NEAR(Foresee("after a", chances, 3).completion, 0.3 * 0.36 + 0.7 * 0.06, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 3).progress, 0.3, 1e-12);
  EXPECT_EQ(Label("after a"), "state_1_of_3");
  EXPECT_EQ(Label("after b"), "state_2_of_3");
  EXPECT_LT(automaton_->rank(StateNamed("after b")), automaton_->rank(StateNamed("after a")));
}

TEST_F(Forms, WhatMustNotComeEndsARun) {
  Compile("SEQ(A as a, NOT C, B as b)");
  // other, A, C, B
  const std::vector<double> chances = {0.1, 0.4, 0.2, 0.3};
  EXPECT_NEAR(Foresee("after a", chances, 1).completion, 0.3, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 0.3 + 0.5 * 0.3, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 50).completion, 0.3 / 0.5, 1e-9);
  EXPECT_NEAR(Foresee("after a", chances, 50).progress, 0.3, 1e-12);
}

TEST_F(Forms, AnAbsenceCompletesIfNothingPreventsIt) {
  Compile("SEQ(A as a, B as b, NOT C)");
  // other, A, B, C
  const std::vector<double> chances = {0.1, 0.4, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after b", chances, 3).completion, std::pow(0.8, 3), 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 0.3 * 0.8 + 0.7 * 0.3, 1e-12);
  EXPECT_TRUE(automaton_->left(StateNamed("after b")).then_waits);
  EXPECT_EQ(automaton_->left(StateNamed("after b")).steps, 0u);
  EXPECT_EQ(Label("after b"), "state_2_of_3");
}

TEST_F(Forms, MembersOfAndComeInAnyOrder) {
  Compile("SEQ(A as a, B as b AND C as c)");
  // other, A, B, C
  const std::vector<double> chances = {0.1, 0.4, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 2 * 0.3 * 0.2, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).progress, 0.5, 1e-12);
  EXPECT_EQ(Label("after a"), "state_1_of_3");
}

TEST_F(Forms, WaysOfOrAreTheirOwn) {
  Compile("SEQ(A as a, B as b, C as c) OR SEQ(D as d, E as e)");
  // other, A .. E
  const std::vector<double> chances = {0.05, 0.3, 0.2, 0.2, 0.15, 0.1};
  EXPECT_NEAR(Foresee("after d", chances, 1).completion, 0.1, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 0.2 * 0.2, 1e-12);
  EXPECT_EQ(Label("after d"), "state_1_of_2");
  EXPECT_EQ(Label("after b"), "state_2_of_3");
}

TEST_F(Forms, ClosuresStayUntilWhatComesBehind) {
  Compile("SEQ(A as a, all B as b, C as c)");
  // other, A, B, C
  const std::vector<double> chances = {0.1, 0.4, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after b", chances, 2).completion, 1 - 0.64, 1e-12);
  EXPECT_NEAR(Foresee("after b", chances, 2).progress, 0.2, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 0.06, 1e-12);
}

TEST_F(Forms, TheLongestWaitsForItsDeadline) {
  Compile("SEQ(A as a, all B as b)", ".longest()");
  const std::vector<double> chances = {0.1, 0.5, 0.4};
  EXPECT_NEAR(Foresee("after b", chances, 5).completion, 1, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 1).completion, 0.4, 1e-12);
  EXPECT_TRUE(automaton_->left(StateNamed("after a")).then_waits);
}

TEST_F(Forms, OptionalStepsMayBePassedOver) {
  Compile("SEQ(A as a, B? as b, C as c)");
  // other, A, B, C
  const std::vector<double> chances = {0.1, 0.4, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after a", chances, 1).completion, 0.2, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 2).completion, 1 - 0.64, 1e-12);
  EXPECT_EQ(Label("after a"), "state_1_of_2");
  EXPECT_EQ(Label("after b"), "state_2_of_3");
}

TEST_F(Forms, StrictRunsBreak) {
  Compile("SEQ(A as a, B where x > 1 as b, C as c)", ".strict()");
  // other, A, B with x > 1, C
  const std::vector<double> chances = {0.1, 0.4, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after b", chances, 9).completion, 0.2, 1e-12);
  EXPECT_NEAR(Foresee("after a", chances, 9).completion, 0.06, 1e-12);
}

// Events of one type that fit different steps are different symbols.
TEST_F(Forms, StepsOfOneTypeAreToldApart) {
  Compile("SEQ(A where x > 5 as a, A where x < 3 as b)");
  // other, A with x > 5, A with x < 3
  const std::vector<double> chances = {0.5, 0.3, 0.2};
  EXPECT_NEAR(Foresee("after a", chances, 1).completion, 0.2, 1e-12);
}

}  // namespace
}  // namespace varpulis::testing
