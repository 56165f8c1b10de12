// What does a long window cost that slides by a short step? An hour by a second, beside tumbling windows of a second
// over the same events: the cost of an event must not grow with the window.

#include <string>

#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/letters.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 1'000'000;

Batches Readings(const ir::Plan& plan, uint32_t events) {
  return MakeLetters(plan, {.text = "A", .keys = 100}, events);
}

std::string Over(const char* window, const char* items, bool is_keyed) {
  return fmt::format("{}stream W = A {}.window({}) .aggregate({}) .emit()\n", kLetterEvents,
                     is_keyed ? ".partition_by(k) " : "", window, items);
}

Question Sliding(const char* name, const char* window, const char* items, bool is_keyed,
                 uint32_t events) {
  return ProgramQuestion({fmt::format("sliding/{} {}{}", window, name, is_keyed ? " by key" : ""),
                          Over(window, items, is_keyed), Over("1s", items, is_keyed), Readings},
                         events);
}

std::vector<Question> Questions(uint32_t events) {
  constexpr const char* kSum = "n: count(), s: sum(v)";
  // Nothing takes a value out of a greatest one again.
  constexpr const char* kMax = "n: count(), hi: max(v)";
  return {Sliding("sum", "1m, sliding: 1s", kSum, false, events),
          Sliding("sum", "1h, sliding: 1s", kSum, false, events),
          Sliding("max", "1h, sliding: 1s", kMax, false, events),
          Sliding("sum", "1h, sliding: 1s", kSum, true, events)};
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"sliding", "tumbling", Questions, kEvents}, argc, argv);
}
