// How fast are patterns? Sequences of two and three steps, conditions across steps, negation, closures at
// the end and in the middle, choices of a closure, 10,000 keys; starts that never complete.

#include <string>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/letters.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 1'000'000;
constexpr Goal kGoal = {.over_interpreter = 1, .behind_baseline = 0};
constexpr DurationNs kWithin = kNsPerMinute;

// A run as a loop keeps it.
struct Run {
  TimestampNs start;
  int64_t first = 0;   // value of the A
  int64_t second = 0;  // value of the B
  std::vector<int64_t> elements = {};
};

// The runs of each key, those that are out of time removed when the key speaks.
class RunsByKey {
 public:
  std::vector<Run>& Of(const Letter& event) {
    std::vector<Run>& runs = by_key_[event.key];
    std::erase_if(runs, [&](const Run& run) { return event.time - run.start > kWithin; });
    return runs;
  }

 private:
  absl::flat_hash_map<int64_t, std::vector<Run>> by_key_;
};

// An A opens a run; visit(answer, event, runs) says what any other event makes of those of its key.
template <typename Visit>
Answer BehindStarts(const Batches& batches, const Visit& visit) {
  Answer answer;
  RunsByKey all;
  ForLetters(batches, [&](const Letter& event) {
    std::vector<Run>& runs = all.Of(event);
    if (event.letter == 'A') return runs.push_back({event.time, event.value});
    visit(answer, event, runs);
  });
  return answer;
}

Answer TwoSteps(const Batches& batches) {
  return BehindStarts(batches, [](Answer& answer, const Letter& event, std::vector<Run>& runs) {
    for (const Run& run : runs) AddResult(answer, event.time, event.key, run.first, event.value);
    runs.clear();
  });
}

Answer ThreeSteps(const Batches& batches) {
  Answer answer;
  RunsByKey waiting, second;
  ForLetters(batches, [&](const Letter& event) {
    std::vector<Run>& at_first = waiting.Of(event);
    std::vector<Run>& at_second = second.Of(event);
    if (event.letter == 'A') return at_first.push_back({event.time, event.value});
    if (event.letter == 'B') {
      for (Run& run : at_first) at_second.push_back({run.start, run.first, event.value});
      return at_first.clear();
    }
    for (const Run& run : at_second)
      AddResult(answer, event.time, event.key, run.first, run.second, event.value);
    at_second.clear();
  });
  return answer;
}

Answer Above(const Batches& batches) {
  return BehindStarts(batches, [](Answer& answer, const Letter& event, std::vector<Run>& runs) {
    std::erase_if(runs, [&](const Run& run) {
      if (event.value <= run.first + 5) return false;
      AddResult(answer, event.time, event.key, run.first, event.value);
      return true;
    });
  });
}

Answer Unbroken(const Batches& batches) {
  return BehindStarts(batches, [](Answer& answer, const Letter& event, std::vector<Run>& runs) {
    for (const Run& run : runs) {
      if (event.letter == 'B') AddResult(answer, event.time, event.key, run.first, event.value);
    }
    runs.clear();
  });
}

Answer TrailingClosure(const Batches& batches) {
  return BehindStarts(batches, [](Answer& answer, const Letter& event, std::vector<Run>& runs) {
    for (Run& run : runs) AddResult(answer, event.time, event.key, ++run.second, event.value);
  });
}

// Calls `complete` with each run that a C finds behind at least one B.
template <typename Visit>
Answer ClosuresInTheMiddle(const Batches& batches, const Visit& complete) {
  return BehindStarts(batches, [&](Answer& answer, const Letter& event, std::vector<Run>& runs) {
    if (event.letter == 'B') {
      for (Run& run : runs) run.elements.push_back(event.value);
      return;
    }
    std::erase_if(runs, [&](const Run& run) {
      if (run.elements.empty()) return false;
      complete(answer, event, run);
      return true;
    });
  });
}

Answer Longest(const Batches& batches) {
  return ClosuresInTheMiddle(batches, [](Answer& answer, const Letter& event, const Run& run) {
    double sum = 0;
    for (const int64_t value : run.elements) sum += static_cast<double>(value);
    AddResult(answer, event.time, event.key, static_cast<int64_t>(run.elements.size()), sum);
  });
}

Answer Subsets(const Batches& batches) {
  return ClosuresInTheMiddle(batches, [](Answer& answer, const Letter& event, const Run& run) {
    for (uint64_t bits = 1; bits < uint64_t{1} << run.elements.size(); ++bits) {
      double sum = 0;
      int64_t count = 0;
      for (size_t i = 0; i < run.elements.size(); ++i) {
        if ((bits >> i & 1) == 0) continue;
        sum += static_cast<double>(run.elements[i]);
        ++count;
      }
      AddResult(answer, event.time, event.key, count, sum);
    }
  });
}

// No B ever comes; what has been opened is only counted.
Answer OnlyStarts(const Batches& batches) {
  RunsByKey all;
  ForLetters(batches,
             [&](const Letter& event) { all.Of(event).push_back({event.time, event.value}); });
  return {};
}

std::string Text(const char* program) { return std::string(kLetterEvents) + program; }

template <const LetterScript& script>
Batches Input(const ir::Plan& plan, uint32_t events) {
  return MakeLetters(plan, script, events);
}

constexpr LetterScript kAb = {.text = "AB"};
constexpr LetterScript kAbc = {.text = "ABC"};
constexpr LetterScript kAxbab = {.text = "AXBAB"};
constexpr LetterScript kAbbb = {.text = "ABBB"};
constexpr LetterScript kClosure = {.text = "ABBBBBBBBBBC", .in_turn = true};
constexpr LetterScript kSmallClosure = {.text = "ABBBBBBC", .in_turn = true};
constexpr LetterScript kA = {.text = "A"};

std::vector<Question> Questions(uint32_t events) {
  const std::vector<EngineCase> cases = {
      {"patterns/two_steps",
       Text("stream S = A as a -> B where k == a.k as b .within(1m) .emit(k: b.k, a: a.v, b: b.v)"),
       kGoal, Input<kAb>, TwoSteps},
      {"patterns/three_steps",
       Text("stream S = A as a -> B where k == a.k as b -> C where k == a.k as c .within(1m)"
            " .emit(k: c.k, a: a.v, b: b.v, c: c.v)"),
       kGoal, Input<kAbc>, ThreeSteps},
      {"patterns/inequality",
       Text("stream S = A as a -> B where k == a.k and v > a.v + 5 as b .within(1m)"
            " .emit(k: b.k, a: a.v, b: b.v)"),
       kGoal, Input<kAb>, Above},
      {"patterns/negation",
       Text("pattern P = SEQ(A as a, NOT X where k == a.k, B where k == a.k as b) within 1m\n"
            "stream S = P .emit(k: b.k, a: a.v, b: b.v)"),
       kGoal, Input<kAxbab>, Unbroken},
      {"patterns/trailing_closure",
       Text("stream S = A as a -> all B where k == a.k as b .within(1m)"
            " .emit(k: b.k, n: count(b), v: b.v)"),
       kGoal, Input<kAbbb>, TrailingClosure},
      {"patterns/middle_closure",
       Text("stream S = A as a -> all B where k == a.k as b -> C where k == a.k as c .longest()"
            " .within(1m) .emit(k: c.k, n: count(b), sum: sum(b.v))"),
       kGoal, Input<kClosure>, Longest},
      {"patterns/subsets",
       Text("stream S = A as a -> all B where k == a.k as b -> C where k == a.k as c .subsets()"
            " .within(1m) .emit(k: c.k, n: count(b), sum: sum(b.v))"),
       kGoal, Input<kSmallClosure>, Subsets},
      {"patterns/only_starts",
       Text("stream S = A as a -> B where k == a.k as b .within(1m) .emit(k: b.k, a: a.v)"), kGoal,
       Input<kA>, OnlyStarts},
  };
  std::vector<Question> questions;
  for (const EngineCase& one : cases) questions.push_back(EngineQuestion(one, events));
  return questions;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"patterns", "loop", Questions, kEvents}, argc, argv);
}
