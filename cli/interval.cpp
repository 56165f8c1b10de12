#include "cli/interval.h"

#include <charconv>

namespace varpulis::cli {

std::optional<DurationNs> ParseInterval(std::string_view text) {
  constexpr double kMostSeconds = 1e9;
  double seconds = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && at == text.data() + text.size()) {
    if (!(seconds >= 0 && seconds <= kMostSeconds)) return std::nullopt;
    return static_cast<DurationNs>(seconds * static_cast<double>(kNsPerSecond));
  }
  const std::optional<DurationNs> duration = base::ParseDuration(text);
  return duration && *duration >= 0 ? duration : std::nullopt;
}

}  // namespace varpulis::cli
