#pragma once

// One forecast, as it is put out (language.md 8.2).

#include <cstdint>
#include <string_view>

#include "runtime/operator/record_store.h"

namespace varpulis::forecast {

struct Forecast {
  double probability = 0;  // completion within the horizon
  double confidence = 0;   // 0 .. 1, of how little the last predictions differ
  int64_t time = 0;        // expected, until completion; ns
  std::string_view state;  // valid as long as the ForecastState
  int64_t context_depth = 0;
  double lower = 0;  // 90 % interval
  double upper = 1;
  int64_t active_runs = 0;
  op::RecordId run = op::kNoRecord;  // of the run that it is about
};

}  // namespace varpulis::forecast
