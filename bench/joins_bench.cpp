// How fast do two streams join on an equal key? 1,000 to 1,000,000 keys, all rows within the window, so that as many
// wait for a partner as there are keys.

#include <array>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/letters.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 1'000'000;
constexpr Goal kGoal = {.over_interpreter = 1, .behind_baseline = 0};
constexpr DurationNs kWithin = 2 * kNsPerSecond;

std::string ProgramText(const char* window) {
  return fmt::format("{}stream J = join(A, B) .on(A.k == B.k) .window({}) .emit(a: A.v, b: B.v)\n",
                     kLetterEvents, window);
}

template <int64_t kKeys>
Batches Pairs(const ir::Plan& plan, uint32_t events) {
  return MakeLetters(plan, {.text = "AB", .keys = kKeys}, events);
}

// A row meets the latest one of the other side, unless that is too old.
template <DurationNs kWindow>
Answer Loop(const Batches& batches) {
  struct Latest {
    bool is_there = false;
    TimestampNs time = 0;
    int64_t value = 0;
  };
  absl::flat_hash_map<int64_t, std::array<Latest, 2>> by_key;
  Answer answer;
  ForLetters(batches, [&](const Letter& event) {
    std::array<Latest, 2>& sides = by_key[event.key];
    const size_t side = event.letter == 'A' ? 0 : 1;
    sides[side] = {true, event.time, event.value};
    const Latest& other = sides[1 - side];
    if (other.is_there && event.time - other.time <= kWindow)
      AddResult(answer, event.time, sides[0].value, sides[1].value);
  });
  return answer;
}

std::vector<Question> Questions(uint32_t events) {
  return {
      EngineQuestion({"join/1000 keys, 2s", ProgramText("2s"), kGoal, Pairs<1'000>, Loop<kWithin>},
                     events),
      EngineQuestion(
          {"join/1000000 keys, 1h", ProgramText("1h"), kGoal, Pairs<1'000'000>, Loop<kNsPerHour>},
          events)};
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"joins", "loop", Questions, kEvents}, argc, argv);
}
