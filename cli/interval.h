#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace varpulis::cli {

// `60` or `0.5`, in seconds, or a duration as `500ms`; nothing if it is neither, or negative.
std::optional<DurationNs> ParseInterval(std::string_view text);

}  // namespace varpulis::cli
