// Whether the modes `checkpoint` notice what is left out of a checkpoint.

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/cases/case_files.h"
#include "tests/differential/event_generator.h"
#include "tests/differential/program_generator.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

constexpr uint64_t kPrograms = 300;

// Whether some random program says otherwise when each of its checkpoints was tampered with.
bool IsFound(const ReplayProgram::Tamper& tamper) {
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    Dice dice(seed);
    const bool declared = dice.Chance(50);
    ReplayProgram program(RandomProgram(dice, declared));
    const std::string events = RandomEvents(dice, 40, declared);
    if (!program.failure().empty()) continue;
    const ReplayResult oracle = program.Replay(events, "interp");
    program.set_tamper(tamper);
    const ReplayResult result = program.Replay(events, "checkpoint");
    // A checkpoint that is refused was not believed.
    if (!result.failure.empty()) continue;
    if (result.output != oracle.output || result.errors != oracle.errors) return true;
  }
  return false;
}

void Remove(state::Checkpoint& checkpoint, state::SectionKind kind) {
  std::erase_if(checkpoint.sections,
                [&](const state::Section& section) { return section.kind == kind; });
}

TEST(CheckpointCanary, NothingIsFoundWhereNothingIsMissing) {
  EXPECT_FALSE(IsFound([](state::Checkpoint&) {}));
}

TEST(CheckpointCanary, StreamsThatAreLeftOutAreMissed) {
  EXPECT_TRUE(IsFound([](state::Checkpoint& saved) { Remove(saved, state::SectionKind::Stream); }));
}

TEST(CheckpointCanary, ClocksAndCountersThatAreLeftOutAreMissed) {
  EXPECT_TRUE(
      IsFound([](state::Checkpoint& saved) { Remove(saved, state::SectionKind::Program); }));
}

// One bit of one number of one stream: the test does not only see what is gone as a whole.
TEST(CheckpointCanary, OneBitIsMissed) {
  EXPECT_TRUE(IsFound([](state::Checkpoint& saved) {
    for (state::Section& section : saved.sections) {
      if (section.kind != state::SectionKind::Stream || section.body.size() < 100) continue;
      section.body[section.body.size() - 8] ^= 1;
      return;
    }
  }));
}

}  // namespace
}  // namespace varpulis::testing
