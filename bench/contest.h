#pragma once

// A question is one query that three contestants answer over the same events: native kernels,
// interpreted kernels, and a baseline without the engine (a plain C++ loop, or parsing alone).

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

#include "base/status.h"

namespace varpulis::bench {

// What came out of one pass, independent of the order of the results.
struct Answer {
  uint64_t results = 0;
  uint64_t digest = 0;

  // One value of a result; `place` tells the values of one result apart.
  void Add(uint32_t place, int64_t value) {
    digest += static_cast<uint64_t>(value) * (0x9e3779b97f4a7c15 * (2 * uint64_t{place} + 1));
  }
  void Add(uint32_t place, double value) {
    int64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    Add(place, bits);
  }
  bool operator==(const Answer&) const = default;
};

struct Contestant {
  std::function<void()> run;       // one pass over all events
  std::function<Answer()> answer;  // of the last pass, outside the measured time; may be empty
};

// What is aimed at; 0 for nothing.
struct Goal {
  double over_interpreter = 0;  // native at least so many times as fast
  double behind_baseline = 0;   // native at most so many times slower
};

struct Question {
  std::string name;
  uint64_t events = 0;  // of one pass
  Goal goal;
  Contestant native;
  Contestant interpreted;
  Contestant baseline;
};

struct Measuring {
  int repetitions = 9;
  double sample_seconds = 0.03;  // a sample repeats passes until it takes at least that long
};

// Events per second of one core.
struct Outcome {
  std::string name;
  uint64_t events = 0;
  uint64_t results = 0;
  Goal goal;
  double native = 0;
  double interpreted = 0;
  double baseline = 0;

  double over_interpreter() const { return native / interpreted; }
  double behind_baseline() const { return baseline / native; }
  bool meets_goal() const;
};

// Medians of several samples, the contestants taking turns so that a slow moment of the machine
// meets all of them. Internal if two answers differ.
Result<Outcome> Measure(const Question& question, const Measuring& measuring);

// Native alone, again and again.
void RunNative(const Question& question, double seconds);

}  // namespace varpulis::bench
