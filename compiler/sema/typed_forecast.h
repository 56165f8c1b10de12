#pragma once

// A checked .forecast (language.md 8.2): what its stream puts out instead of matches.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace varpulis::sema {

enum class ForecastMode : uint8_t { Fast, Balanced, Accurate };
std::string_view ForecastModeName(ForecastMode mode);

struct TypedForecast {
  ForecastMode mode = ForecastMode::Balanced;
  double confidence = 0.5;  // least probability that is put out
  DurationNs horizon = 0;
  int64_t warmup = 0;     // events
  bool adaptive = false;  // the warm-up goes on until predictions have settled
  int64_t max_depth = 0;  // symbols of context
  bool hawkes = false;
  bool conformal = false;
};

// The defaults of the mode; those of the others are the same in all of them.
TypedForecast ForecastOf(ForecastMode mode);

// `balanced, at least 0.5, horizon 5m, ...`, for dumps.
std::string Print(const TypedForecast& forecast);

}  // namespace varpulis::sema
