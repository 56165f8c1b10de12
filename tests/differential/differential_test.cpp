// Random programs in every mode, and a planted bug that such a comparison must find.

#include <algorithm>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/cases/case_files.h"
#include "tests/differential/event_generator.h"
#include "tests/differential/program_generator.h"
#include "tests/differential/row_chain_generator.h"
#include "tests/replay/case_file.h"
#include "tests/replay/replay.h"

namespace varpulis::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Sample {
  std::string program;
  std::string events;
};

Sample MakeSample(uint64_t seed) {
  Dice dice(seed);
  const bool declared = dice.Chance(50);
  Sample sample;
  sample.program = RandomProgram(dice, declared);
  sample.events = RandomEvents(dice, 20 + dice.Roll(80), declared);
  return sample;
}

std::string AsCase(const Sample& sample, uint64_t seed, const ReplayResult& oracle) {
  CaseFile file;
  file.header = fmt::format("# Found by random program {}.\n", seed);
  file.program = sample.program;
  file.lookups = kCrmAnswers;
  file.input = sample.events;
  file.output = oracle.output;
  return file.Text();
}

std::string Compare(const ReplayResult& oracle, const ReplayResult& result) {
  if (!result.failure.empty()) return result.failure;
  std::string report = cases::Diff(fmt::format("{}", fmt::join(oracle.output, "\n")),
                                   fmt::format("{}", fmt::join(result.output, "\n")));
  for (size_t i = 0; i < oracle.errors.size(); ++i) {
    if (oracle.errors[i] == result.errors[i]) continue;
    report += fmt::format("errors of kind {}: {} and {}\n", i, oracle.errors[i], result.errors[i]);
  }
  return report;
}

bool RemembersAnswers(const ir::Plan& plan) {
  const auto remembers = [](const ir::Operator& op) {
    const auto* enrich = std::get_if<ir::EnrichOperator>(&op);
    return enrich != nullptr && enrich->cache_ttl > 0;
  };
  return std::any_of(plan.streams.begin(), plan.streams.end(), [&](const ir::StreamPlan& stream) {
    return std::any_of(stream.operators.begin(), stream.operators.end(), remembers);
  });
}

TEST(DifferentialTest, ModesAgreeOnRandomPrograms) {
  const uint64_t count = FromEnvironment("VPL_RANDOM_PROGRAMS", 60);
  const uint64_t first = FromEnvironment("VPL_SEED", 1);
  size_t accepted = 0, silent = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Sample sample = MakeSample(seed);
    ReplayProgram program(sample.program);
    program.set_lookups(kCrmAnswers);
    if (!program.failure().empty()) continue;
    ++accepted;
    const ReplayResult oracle = program.Replay(sample.events, "interp");
    ASSERT_EQ(oracle.failure, "") << sample.events;
    silent += oracle.output.empty() ? 1 : 0;
    for (const std::string& mode : AllModes()) {
      // What was remembered is asked again behind a checkpoint (language.md 12.1), and counted as asked.
      if (mode.starts_with("checkpoint") && RemembersAnswers(program.plan())) continue;
      const std::string report = Compare(oracle, program.Replay(sample.events, mode));
      ASSERT_EQ(report, "") << "seed " << seed << ", interp and " << mode << "\n"
                            << AsCase(sample, seed, oracle);
    }
  }
  RecordProperty("accepted", static_cast<int>(accepted));
  // A generator that makes nothing would find nothing.
  EXPECT_GE(accepted * 10, count * 8) << accepted << " of " << count << " programs compile";
  EXPECT_LE(silent * 10, accepted * 4) << silent << " of " << accepted << " programs print nothing";
}

// One kernel of the program compares with <= where it says <.
bool PlantBug(ir::Plan& plan) {
  for (ir::Kernel& kernel : plan.kernels) {
    for (ir::Inst& inst : kernel.insts) {
      auto* compare = std::get_if<ir::Compare>(&inst);
      if (compare == nullptr || compare->predicate != ir::Predicate::Lt) continue;
      compare->predicate = ir::Predicate::Le;
      return true;
    }
  }
  return false;
}

TEST(DifferentialTest, FindsAPlantedBug) {
  constexpr uint64_t kBound = 400;
  for (uint64_t seed = 1; seed <= kBound; ++seed) {
    const Sample sample = MakeSample(seed);
    ReplayProgram program(sample.program);
    if (!program.failure().empty()) continue;
    program.set_lookups(kCrmAnswers);
    ReplayProgram wrong(sample.program);
    wrong.set_lookups(kCrmAnswers);
    if (!PlantBug(wrong.plan())) continue;
    const auto oracle = program.Replay(sample.events, "interp");
    if (!Compare(oracle, wrong.Replay(sample.events, AllModes()[1])).empty()) return;
  }
  FAIL() << "no difference in " << kBound << " programs";
}

}  // namespace
}  // namespace varpulis::testing
