// Bytes that claim to be a checkpoint. Damage is found by checksums; here the checksums are right, so that what reads
// the state itself must be safe: it refuses, or the program goes on with a state that somebody has made up.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/checkpoints/saved_run.h"
#include "tests/differential/dice.h"
#include "tests/differential/event_generator.h"
#include "tests/differential/program_generator.h"
#include "tests/replay/all_programs.h"
#include "tests/replay/case_file.h"

namespace varpulis::testing {
namespace {

uint64_t Mutations() {
  const char* text = std::getenv("VPL_MUTATIONS");
  return text == nullptr ? 12 : std::strtoull(text, nullptr, 10);
}

void WriteNumber(std::string& bytes, size_t at, uint64_t value, size_t width) {
  for (size_t i = 0; i < width && at + i < bytes.size(); ++i)
    bytes[at + i] = static_cast<char>(value >> (8 * i));
}

// Bits, bytes and numbers change, pieces are cut out, doubled or moved.
void Mutate(Dice& dice, std::string& bytes) {
  if (bytes.empty()) return;
  const size_t at = dice.Roll(bytes.size());
  const size_t length = 1 + dice.Roll(std::min<size_t>(bytes.size() - at, 24));
  switch (dice.Roll(7)) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.Roll(8)));
      break;
    case 1:
      bytes[at] = static_cast<char>(dice.Roll(256));
      break;
    case 2:
      WriteNumber(bytes, at, dice.Roll(4), 8);
      break;
    case 3: {
      constexpr uint64_t kEdges[] = {UINT64_MAX, INT64_MAX, 1ull << 63, UINT32_MAX, 1ull << 32, 0};
      WriteNumber(bytes, at, kEdges[dice.Roll(std::size(kEdges))], dice.Chance(50) ? 8 : 4);
      break;
    }
    case 4:
      bytes.erase(at, length);
      break;
    case 5:
      bytes.insert(dice.Roll(bytes.size()), bytes.substr(at, length));
      break;
    case 6:
      bytes.resize(at);
      break;
  }
}

struct Outcome {
  size_t refused = 0;
  size_t taken = 0;
};

void TryProgram(Dice& dice, const std::string& program, const std::string& events,
                Outcome& outcome) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < events.size();) {
    const size_t end = std::min(events.find('\n', at), events.size() - 1) + 1;
    lines.push_back(events.substr(at, end - at));
    at = end;
  }
  std::string before, after;
  const size_t cut = dice.Roll(lines.size() + 1);
  for (size_t i = 0; i < lines.size(); ++i) (i < cut ? before : after) += lines[i];
  SavedRun run(program);
  if (!run.failure().empty()) return;
  run.Feed(before);
  if (run.has_stopped()) return;
  const state::Checkpoint saved = run.Save();
  for (uint64_t i = 0; i < Mutations(); ++i) {
    state::Checkpoint mutated = saved;
    for (uint64_t changes = 1 + dice.Roll(3); changes > 0; --changes)
      Mutate(dice, mutated.sections[dice.Roll(mutated.sections.size())].body);
    SavedRun next(program, mutated, dice.Chance(20) ? 3 : 1);
    if (!next.status().ok()) {
      EXPECT_EQ(next.status().code(), StatusCode::Malformed);
      ++outcome.refused;
      continue;
    }
    ++outcome.taken;
    next.Feed(after);
    if (next.has_stopped()) continue;
    (void)next.Save();
    next.Finish();
  }
}

void ExpectBoth(const Outcome& outcome) {
  // Otherwise the mutations show nothing: all are noise, or none is noticed.
  EXPECT_GT(outcome.refused, 100u);
  EXPECT_GT(outcome.taken, 100u);
}

TEST(HostileCheckpoint, RandomPrograms) {
  Outcome outcome;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(seed);
    const bool declared = dice.Chance(50);
    const std::string program = RandomProgram(dice, declared);
    TryProgram(dice, program, RandomEvents(dice, 40, declared), outcome);
  }
  ExpectBoth(outcome);
}

TEST(HostileCheckpoint, ConformanceCases) {
  Outcome outcome;
  uint64_t seed = 1;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(VPL_CONFORMANCE)) {
    if (entry.path().extension() != ".case") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const CaseFile file = ParseCase(std::string(std::istreambuf_iterator<char>(in), {}));
    Dice dice(seed++);
    TryProgram(dice, file.program, file.input, outcome);
  }
  ExpectBoth(outcome);
}

// Whatever byte of a file is damaged, and wherever it ends, that is noticed.
TEST(HostileCheckpoint, DamageIsNoticed) {
  SavedRun run("stream P = E as a -> F as b .within(1m) .emit(x: a.x)\n");
  run.Feed("@1s E { x: \"a text that is not short\" }\n@2s E { x: [1, 2.5, null] }\n");
  const std::string bytes = state::Encode(run.Save());
  ASSERT_TRUE(state::Decode(bytes).ok());
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_FALSE(state::Decode(damaged).ok()) << "byte " << at;
    EXPECT_FALSE(state::Decode(std::string_view(bytes).substr(0, at)).ok()) << "end " << at;
  }
  EXPECT_FALSE(state::Decode(bytes + '\0').ok());
}

TEST(HostileCheckpoint, ANewerVersionIsTold) {
  SavedRun run("stream S = E .emit(x: x)\n");
  std::string bytes = state::Encode(run.Save());
  bytes[8] = 7;
  const auto decoded = state::Decode(bytes);
  EXPECT_EQ(decoded.status().code(), StatusCode::Unavailable);
  EXPECT_EQ(decoded.status().message(),
            "the checkpoint has format version 7, this program knows versions up to 1");
}

}  // namespace
}  // namespace varpulis::testing
