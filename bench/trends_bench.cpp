// Trends of 1 to 100 streams over one closure, most of them with a window open: what an event costs when bursts
// of the closure are shared, against the same engine without sharing.

#include <string>

#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/letters.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 100'000;

// Every stream begins with events of its own; all go on with the same.
std::string ProgramText(int streams, const char* items) {
  std::string text(kLetterEvents);
  for (int i = 0; i < streams; ++i) {
    text += fmt::format(R"(
stream S{} = A where v >= {} as a
    -> all B as b
    .within(1s)
    .trend_aggregate({})
    .emit(n: n)
)",
                        i, i / 2, items);
  }
  return text;
}

// An event of 50 begins trends.
Batches Runs(const ir::Plan& plan, uint32_t events) {
  static const std::string kScript = "A" + std::string(49, 'B');
  return MakeLetters(plan, {.text = kScript, .keys = 1}, events);
}

Question Trends(const std::string& name, int streams, const char* items, uint32_t events) {
  return SharingQuestion(
      {fmt::format("trends/{} of {}", name, streams), ProgramText(streams, items), Runs}, events);
}

std::vector<Question> Questions(uint32_t events) {
  std::vector<Question> questions;
  for (const int streams : {1, 10, 50, 100})
    questions.push_back(Trends("count", streams, "n: count_trends()", events));
  questions.push_back(Trends("sum", 50, "n: sum_trends(b.v)", events));
  return questions;
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"trends", "unshared", Questions, kEvents}, argc, argv);
}
