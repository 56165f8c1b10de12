// The engine and a brute-force matcher on random patterns: they must say the same lines.

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/cases/case_files.h"
#include "tests/oracle/counterparts.h"
#include "tests/oracle/generator.h"
#include "tests/oracle/matcher.h"
#include "tests/oracle/pattern_text.h"
#include "tests/oracle/shrink.h"
#include "tests/replay/case_file.h"
#include "tests/replay/replay.h"

namespace varpulis::oracle {
namespace {

using testing::ReplayProgram;
using testing::ReplayResult;

constexpr size_t kPatternsPerProgram = 12;
constexpr uint64_t kStreamsInAllModes = 6;  // of each program that runs in all modes

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Under .strategy(any) the order of the matches that one event completes is the engine's business.
std::vector<std::string> InOrder(const Pattern& pattern, std::vector<std::string> lines) {
  if (pattern.selection == Selection::Any) std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> Expected(const Pattern& pattern, const std::vector<Event>& events) {
  const Pattern whole = WithCounterparts(pattern);
  return InOrder(pattern, Matcher(whole, events).Run());
}

// The lines that the stream has put out.
std::vector<std::string> LinesOf(const Pattern& pattern, const ReplayResult& result) {
  std::vector<std::string> lines;
  for (const std::string& line : result.output) {
    const size_t name = line.find(' ') + 1;
    if (line.substr(name, line.find(' ', name) - name) == pattern.name) lines.push_back(line);
  }
  return InOrder(pattern, std::move(lines));
}

// The same difference on few events, as a case with what the oracle says.
std::string Report(const Sample& found, const std::string& mode, bool json, bool declared) {
  const std::string events = declared ? DeclarationText() : "";
  const auto run = [&](const Sample& sample) {
    const ReplayProgram program(events + ProgramText(sample.pattern));
    if (!program.failure().empty()) return std::vector<std::string>{program.failure()};
    return LinesOf(sample.pattern, program.Replay(EventText(sample.events, json), mode));
  };
  const Sample small = Shrink(found, [&](const Sample& sample) {
    const ReplayProgram program(events + ProgramText(sample.pattern));
    if (!program.failure().empty()) return false;
    return LinesOf(sample.pattern, program.Replay(EventText(sample.events, json), mode)) !=
           Expected(sample.pattern, sample.events);
  });
  testing::CaseFile file;
  file.header = "# One sentence.\n";
  file.program = events + ProgramText(small.pattern);
  file.input = EventText(small.events, json);
  file.output = Expected(small.pattern, small.events);
  return fmt::format("{}--- {} says\n{}\n", file.Text(), mode, fmt::join(run(small), "\n"));
}

struct Round {
  std::vector<Pattern> patterns;
  std::string declarations;
  std::string program;
  size_t most_events = 24;
};

Round MakeRound(Dice& dice, bool disordered) {
  Round round;
  PatternLimits limits;
  limits.subsets = dice.Chance(50);
  limits.any = limits.subsets;
  limits.disordered = disordered;
  // Subsets of many elements are many.
  if (limits.subsets) round.most_events = 14;
  if (dice.Chance(40)) round.declarations = DeclarationText();
  round.program = round.declarations;
  while (round.patterns.size() < kPatternsPerProgram) {
    const Pattern pattern = RandomPattern(dice, fmt::format("S{}", round.patterns.size()), limits);
    round.program += ProgramText(pattern);
    round.patterns.push_back(pattern);
  }
  return round;
}

class OracleTest : public ::testing::Test {
 protected:
  // An engine is built for each of thousands of streams: what it gives back stays with the process.
  static void SetUpTestSuite() {
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
  }

  // One program over several streams; false after as many differences as are to be reported.
  bool Compare(uint64_t seed, bool disordered) {
    Dice dice(seed);
    const Round round = MakeRound(dice, disordered);
    const ReplayProgram program(round.program);
    EXPECT_EQ(program.failure(), "") << "seed " << seed << "\n" << round.program;
    if (!program.failure().empty()) return false;
    const bool all_modes = seed % FromEnvironment("VPL_ALL_MODES_EVERY", 20) == 0;
    const uint64_t streams = FromEnvironment("VPL_ORACLE_STREAMS", kStreamsInAllModes);
    for (uint64_t i = 0; i < streams; ++i) {
      const std::vector<Event> events = RandomStream(dice, {round.most_events, disordered});
      const bool json = disordered || dice.Chance(30);
      std::vector<std::vector<std::string>> expected;
      for (const Pattern& pattern : round.patterns) expected.push_back(Expected(pattern, events));
      for (const std::string& mode : testing::AllModes()) {
        if (mode != "interp" && !(all_modes && i < kStreamsInAllModes)) continue;
        const ReplayResult result = program.Replay(EventText(events, json), mode);
        EXPECT_EQ(result.failure, "") << "seed " << seed;
        for (size_t p = 0; p < expected.size(); ++p) {
          const Pattern& pattern = round.patterns[p];
          ++comparisons_;
          silent_ += expected[p].empty() ? 1 : 0;
          any_ += pattern.selection == Selection::Any && !expected[p].empty() ? 1 : 0;
          if (LinesOf(pattern, result) == expected[p]) continue;
          ADD_FAILURE() << "seed " << seed << ", " << mode << "\n"
                        << Report({pattern, events}, mode, json, !round.declarations.empty());
          if (++failures_ >= FromEnvironment("VPL_DIFFERENCES", 1)) return false;
          break;
        }
      }
    }
    return true;
  }

  void CompareMany(bool disordered) {
    const uint64_t count = FromEnvironment("VPL_ORACLE_PROGRAMS", 25);
    const uint64_t first = FromEnvironment("VPL_SEED", 1);
    for (uint64_t seed = first; seed < first + count; ++seed) {
      if (!Compare(seed, disordered)) break;
      if (seed % 100 != 0) continue;
      fmt::print("seed {}: {} comparisons\n", seed, comparisons_);
      std::fflush(stdout);
    }
    RecordProperty("comparisons", static_cast<int>(comparisons_));
    fmt::print("{} comparisons, {} of them of nothing, {} of matches under any\n", comparisons_,
               silent_, any_);
    EXPECT_GT(any_, 0u);
    // Patterns that never match would show nothing.
    EXPECT_LE(silent_ * 100, comparisons_ * 88);
  }

  size_t comparisons_ = 0;
  size_t silent_ = 0;
  size_t any_ = 0;
  size_t failures_ = 0;
};

TEST_F(OracleTest, EngineAgreesOnOrderedStreams) { CompareMany(false); }

TEST_F(OracleTest, EngineAgreesOnDisorderedStreams) { CompareMany(true); }

}  // namespace
}  // namespace varpulis::oracle
