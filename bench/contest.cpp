#include "bench/contest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <vector>

#include <fmt/format.h>

namespace varpulis::bench {
namespace {

// Processor time of this thread: what others do on a shared machine is not ours.
double Seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double Run(const Contestant& contestant, int64_t passes) {
  const double begin = Seconds();
  for (int64_t i = 0; i < passes; ++i) contestant.run();
  return (Seconds() - begin) / static_cast<double>(passes);
}

double Median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Status CheckAnswer(const Question& question, const char* who, const Contestant& contestant,
                   const Answer& expected) {
  if (!contestant.answer) return {};
  const Answer answer = contestant.answer();
  if (answer == expected) return {};
  return {
      StatusCode::Internal,
      fmt::format("{}: native has {} results (digest {:x}), {} has {} (digest {:x})", question.name,
                  expected.results, expected.digest, who, answer.results, answer.digest)};
}

}  // namespace

bool Outcome::meets_goal() const {
  return over_interpreter() >= goal.over_interpreter &&
         (goal.behind_baseline == 0 || behind_baseline() <= goal.behind_baseline);
}

Result<Outcome> Measure(const Question& question, const Measuring& measuring) {
  const std::array<const Contestant*, 3> all = {&question.native, &question.interpreted,
                                                &question.baseline};
  std::array<int64_t, 3> passes{};
  for (size_t i = 0; i < all.size(); ++i) {
    all[i]->run();  // warms up
    const double once = std::max(Run(*all[i], 1), 1e-9);
    passes[i] = std::max<int64_t>(1, std::llround(std::ceil(measuring.sample_seconds / once)));
  }
  const Answer expected = question.native.answer();
  Status checked = CheckAnswer(question, "the interpreter", question.interpreted, expected);
  if (checked.ok()) checked = CheckAnswer(question, "the baseline", question.baseline, expected);
  if (!checked.ok()) return checked;

  std::array<std::vector<double>, 3> samples;
  for (int repetition = 0; repetition < measuring.repetitions; ++repetition) {
    for (size_t i = 0; i < all.size(); ++i) samples[i].push_back(Run(*all[i], passes[i]));
  }
  const auto rate = [&](size_t i) {
    return static_cast<double>(question.events) / Median(samples[i]);
  };
  return Outcome{question.name, question.events, expected.results, question.goal,
                 rate(0),       rate(1),         rate(2)};
}

void RunNative(const Question& question, double seconds) {
  for (const double begin = Seconds(); Seconds() - begin < seconds;) question.native.run();
}

}  // namespace varpulis::bench
