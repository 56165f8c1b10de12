#pragma once

// What forecasts of plain sequences are, straight from the formulas of language.md 8.2 and language-later.md
// 8.2: contexts are counted anew in the whole history for each event, runs are a list. Histories are short
// enough that nothing is ever pruned.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace varpulis::testing {

struct ForecastOptions {
  std::vector<std::string>
      steps;            // event types, in order, each with the condition that the event fits
  int64_t within = 0;   // ns
  int64_t horizon = 0;  // ns
  size_t warmup = 0;
  bool adaptive = false;
  size_t depth = 3;
  double confidence = 0;
  bool hawkes = false;
  bool conformal = false;
  bool partitioned = false;  // by `k`
};

struct ForecastEvent {
  std::string type;
  int64_t time = 0;  // ns, not decreasing
  bool fits = true;  // otherwise it is `other`
  int64_t k = 0;
};

struct ExpectedForecast {
  size_t event = 0;  // index
  double probability = 0;
  double confidence = 0;
  int64_t time = 0;
  std::string state;
  int64_t depth = 0;
  double lower = 0;
  double upper = 1;
  int64_t active_runs = 0;
};

std::vector<ExpectedForecast> ForecastsOf(const ForecastOptions& options,
                                          const std::vector<ForecastEvent>& events);

}  // namespace varpulis::testing
