#pragma once

// Private to compiler/service.

#include <vector>

#include "compiler/service/analysis.h"

namespace varpulis::service {

std::vector<Highlight> HighlightsOf(const Analysis& analysis);

}  // namespace varpulis::service
