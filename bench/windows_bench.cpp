// How fast are windows beyond tumbling ones of time? Counts per key, with 1, 5 and 20 aggregates and with 10 to
// 1,000,000 keys; sessions.

#include <array>
#include <string>

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/letters.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 1'000'000;
constexpr Goal kGoal = {.over_interpreter = 1, .behind_baseline = 0};

template <int64_t kKeys>
Batches Readings(const ir::Plan& plan, uint32_t events) {
  return MakeLetters(plan, {.text = "A", .keys = kKeys}, events);
}

std::string CountsOf(int64_t size, uint32_t aggregates) {
  std::string items;
  std::string outputs;
  for (uint32_t i = 0; i < aggregates; ++i) {
    const char* comma = i == 0 ? "" : ", ";
    items += fmt::format("{}a{}: sum(v + {})", comma, i, i);
    outputs += fmt::format("{}a{}: a{}", comma, i, i);
  }
  return fmt::format("{}stream W = A .partition_by(k) .window({}) .aggregate({}) .emit({})\n",
                     kLetterEvents, size, items, outputs);
}

template <int64_t kSize, uint32_t kAggregates>
Answer CountLoop(const Batches& batches) {
  struct Window {
    int64_t rows = 0;
    std::array<double, kAggregates> sums{};
  };
  absl::flat_hash_map<int64_t, Window> windows;
  Answer answer;
  ForLetters(batches, [&](const Letter& event) {
    Window& window = windows[event.key];
    for (uint32_t i = 0; i < kAggregates; ++i)
      window.sums[i] += static_cast<double>(event.value + i);
    if (++window.rows < kSize) return;
    AddResult(answer, event.time);
    for (uint32_t i = 0; i < kAggregates; ++i) answer.Add(kFirstValue + i, window.sums[i]);
    window = {};
  });
  return answer;
}

template <uint32_t kAggregates>
Question Aggregates(uint32_t events) {
  return EngineQuestion(
      {fmt::format("count/{} aggregates", kAggregates), CountsOf(100, kAggregates), kGoal,
       Readings<1000>, CountLoop<100, kAggregates>},
      events);
}

// Windows of two, so that some are complete with any number of keys.
template <int64_t kKeys>
Question Keys(uint32_t events) {
  return EngineQuestion({fmt::format("count/{} keys", kKeys), CountsOf(2, 1), kGoal,
                         Readings<kKeys>, CountLoop<2, 1>},
                        events);
}

constexpr DurationNs kGap = 5 * kNsPerSecond;

Answer SessionLoop(const Batches& batches) {
  struct Session {
    TimestampNs last = 0;
    int64_t rows = 0;
    double sum = 0;
  };
  absl::flat_hash_map<int64_t, Session> sessions;
  Answer answer;
  const auto close = [&](const Session& session) {
    if (session.rows > 0) AddResult(answer, session.last, session.rows, session.sum);
  };
  ForLetters(batches, [&](const Letter& event) {
    Session& session = sessions[event.key];
    if (event.time - session.last > kGap) {
      close(session);
      session = {};
    }
    session.last = event.time;
    ++session.rows;
    session.sum += static_cast<double>(event.value);
  });
  for (const auto& [key, session] : sessions) close(session);
  return answer;
}

Question Sessions(uint32_t events) {
  const std::string program = fmt::format(
      "{}stream S = A .partition_by(k) .window(session: 5s) .aggregate(n: count(), s: sum(v)) "
      ".emit(n: n, s: s)\n",
      kLetterEvents);
  return EngineQuestion({"session/5s of 10000 keys", program, kGoal, Readings<10'000>, SessionLoop},
                        events);
}

std::vector<Question> Questions(uint32_t events) {
  return {Aggregates<1>(events), Aggregates<5>(events), Aggregates<20>(events),  Keys<10>(events),
          Keys<1'000>(events),   Keys<100'000>(events), Keys<1'000'000>(events), Sessions(events)};
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"windows", "loop", Questions, kEvents}, argc, argv);
}
