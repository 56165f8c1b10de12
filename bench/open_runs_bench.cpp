// Does an event cost more when many runs of other keys are open? Pairs of A and B, each with a key of its own,
// over an engine in which as many runs wait for events that do not come.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/letters.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 200'000;
constexpr Goal kGoal = {.over_interpreter = 1, .behind_baseline = 0};
// Of those that are open all the time.
constexpr int64_t kFirstOpenKey = 1'000'000'000;

const std::string kProgram =
    std::string(kLetterEvents) +
    "stream S = A as a -> B where k == a.k as b .within(10d) .emit(k: b.k, a: a.v, b: b.v)";

struct Prepared {
  explicit Prepared(uint32_t open, uint32_t events)
      : program(kProgram),
        opening(MakeLetters(
            program.plan, {.text = "A", .keys = open, .first_key = kFirstOpenKey, .in_turn = true},
            open)),
        pairs(MakeLetters(program.plan, {.text = "AB", .in_turn = true}, events)) {}

  Program program;
  Batches opening;
  Batches pairs;
};

// One engine for all passes: what a pass opens it completes, so all passes find the same runs open.
Contestant Engine(const std::shared_ptr<Prepared>& prepared, const kernel::KernelTable& kernels) {
  struct State {
    State(std::shared_ptr<Prepared> prepared, const kernel::KernelTable& table)
        : input(std::move(prepared)), engine(input->program.plan, table, sink) {
      for (const auto& batch : input->opening) engine.Process(*batch);
    }
    std::shared_ptr<Prepared> input;  // outlives the engine
    CountingSink sink;
    exec::Engine engine;
  };
  auto state = std::make_shared<State>(prepared, kernels);
  return {[=] {
            state->sink.Forget();
            for (const auto& batch : state->input->pairs) state->engine.Process(*batch);
          },
          [=] { return state->sink.answer(); }};
}

// The same with a hash map of the open keys.
Contestant Loop(const std::shared_ptr<Prepared>& prepared) {
  struct State {
    absl::flat_hash_map<int64_t, int64_t> open;
    Answer answer;
  };
  auto state = std::make_shared<State>();
  ForLetters(prepared->opening,
             [&](const Letter& event) { state->open.emplace(event.key, event.value); });
  return {[=] {
            state->answer = {};
            ForLetters(prepared->pairs, [&](const Letter& event) {
              if (event.letter == 'A') {
                state->open.emplace(event.key, event.value);
                return;
              }
              const auto run = state->open.find(event.key);
              AddResult(state->answer, event.time, event.key, run->second, event.value);
              state->open.erase(run);
            });
          },
          [=] { return state->answer; }};
}

std::vector<Question> Questions(uint32_t events) {
  std::vector<Question> questions;
  const bool quick = events < kEvents;
  for (const uint32_t open : {1'000u, 10'000u, 100'000u, 1'000'000u}) {
    if (quick && open > 10'000) break;
    const auto prepared = std::make_shared<Prepared>(open, events);
    Question question;
    question.name = fmt::format("open_runs/{}", open);
    question.events = events;
    question.goal = kGoal;
    question.native = Engine(prepared, prepared->program.native);
    question.interpreted = Engine(prepared, prepared->program.interpreted);
    question.baseline = Loop(prepared);
    questions.push_back(std::move(question));
  }
  return questions;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"open_runs", "loop", Questions, kEvents}, argc, argv);
}
