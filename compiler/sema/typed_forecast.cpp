#include "compiler/sema/typed_forecast.h"

#include <array>

#include <fmt/format.h>

namespace varpulis::sema {

std::string_view ForecastModeName(ForecastMode mode) {
  static constexpr std::array<std::string_view, 3> kNames = {"fast", "balanced", "accurate"};
  return kNames[static_cast<size_t>(mode)];
}

TypedForecast ForecastOf(ForecastMode mode) {
  TypedForecast forecast;
  forecast.mode = mode;
  const bool fast = mode == ForecastMode::Fast;
  const bool accurate = mode == ForecastMode::Accurate;
  forecast.warmup = fast ? 50 : accurate ? 200 : 100;
  forecast.max_depth = accurate ? 5 : 3;
  forecast.hawkes = forecast.conformal = forecast.adaptive = !fast;
  return forecast;
}

std::string Print(const TypedForecast& forecast) {
  std::string text = fmt::format(
      "{}, probability {} or more within {}, after {} events{}, {} symbols of context",
      ForecastModeName(forecast.mode), forecast.confidence, base::FormatDuration(forecast.horizon),
      forecast.warmup, forecast.adaptive ? " and when settled" : "", forecast.max_depth);
  if (forecast.hawkes) text += ", hawkes";
  if (forecast.conformal) text += ", conformal";
  return text;
}

}  // namespace varpulis::sema
