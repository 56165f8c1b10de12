#pragma once

// Private to compiler/service.

#include <optional>

#include "compiler/service/analysis.h"

namespace varpulis::service {

std::optional<Hover> HoverAt(const Analysis& analysis, uint32_t offset,
                             const ServiceOptions& options);

}  // namespace varpulis::service
