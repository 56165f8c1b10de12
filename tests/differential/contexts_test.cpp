// Random programs whose streams run in random contexts: they say what they say in one.

#include <string>

#include <gtest/gtest.h>

#include "runtime/exec/context_plan.h"
#include "tests/differential/dice.h"
#include "tests/differential/event_generator.h"
#include "tests/differential/program_generator.h"
#include "tests/differential/row_chain_generator.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

// Some streams stay in the default context.
void Scatter(ir::Plan& plan, Dice& dice) {
  plan.contexts = {{"one", {0}}, {"two", {1, 99}}, {"three", {}}};
  for (ir::StreamPlan& stream : plan.streams)
    stream.context = dice.Pick({"", "one", "two", "three"});
}

TEST(ContextsTest, ModesAgreeWhereverStreamsRun) {
  constexpr uint64_t kPrograms = 40;
  size_t scattered = 0;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    Dice dice(seed);
    const std::string text = RandomProgram(dice, true);
    const std::string events = RandomEvents(dice, 100, true);
    ReplayProgram program(text);
    if (!program.failure().empty()) continue;
    program.set_lookups(kCrmAnswers);
    const ReplayResult oracle = program.Replay(events, "interp");
    Scatter(program.plan(), dice);
    scattered += exec::PlanContexts(program.plan()).shares.size() > 1 ? 1 : 0;
    for (const char* mode : {"contexts", "contexts-checkpoint"}) {
      // What lookups remember is asked again behind a checkpoint.
      if (!program.plan().lookups.empty() && std::string(mode) != "contexts") continue;
      const ReplayResult result = program.Replay(events, mode);
      ASSERT_EQ(result.failure, "");
      ASSERT_EQ(result.output, oracle.output) << "seed " << seed << ", " << mode << "\n"
                                              << text << events;
      ASSERT_EQ(result.errors, oracle.errors) << "seed " << seed << ", " << mode;
    }
  }
  EXPECT_GT(scattered, kPrograms / 4) << "hardly any program had two groups of streams";
}

exec::ContextPlan Planned(const std::string& text) {
  const ReplayProgram program(text);
  EXPECT_EQ(program.failure(), "");
  return exec::PlanContexts(program.plan());
}

constexpr const char* kContexts =
    "context one (cores: [0])\ncontext two (cores: [1, 2])\ncontext idle\n";

TEST(ContextsTest, StreamsThatReadEachOtherStayTogether) {
  const exec::ContextPlan plan = Planned(std::string(kContexts) +
                                         "stream A = E .emit(n: n)\n"
                                         "stream B = A .context(two) .where(n > 1) .emit(n: n)\n"
                                         "stream C = B .context(one) .emit(n: n)\n"
                                         "stream D = F .context(one) .emit(n: n)\n"
                                         "stream Free = G .emit(n: n)\n");
  ASSERT_EQ(plan.shares.size(), 3u);
  EXPECT_EQ(plan.shares[0].name, "");
  EXPECT_EQ(plan.shares[1].name, "one");
  EXPECT_EQ(plan.shares[2].name, "two");
  EXPECT_EQ(plan.shares[2].cores, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(plan.shares[0].share.owners, (std::vector<uint32_t>{2, 2, 2, 1, 0}));
  EXPECT_EQ(plan.moved, std::vector<uint32_t>{2});
}

TEST(ContextsTest, ADefaultContextThatNobodyNeedsHasNoThread) {
  const exec::ContextPlan plan =
      Planned(std::string(kContexts) + "stream A = E .context(one) .emit(n: n)\n");
  ASSERT_EQ(plan.shares.size(), 1u);
  EXPECT_EQ(plan.shares.front().name, "one");
}

TEST(ContextsTest, WhatDependsOnTheOrderOfAllEventsRunsInOne) {
  EXPECT_TRUE(Planned(std::string(kContexts) +
                      "var seen = 0\nfn Count():\n    seen := seen + 1\n    return seen\n"
                      "stream A = E .context(one) .emit(n: Count())\n"
                      "stream B = F .context(two) .emit(n: n)\n")
                  .shares.empty());
  EXPECT_TRUE(Planned(std::string(kContexts) + "stream A = E .emit(n: n)\n").shares.empty());
}

}  // namespace
}  // namespace varpulis::testing
