#pragma once

// Private to compiler/service.

#include "compiler/service/analysis.h"

namespace varpulis::service {

Completions CompletionsAt(const Analysis& analysis, uint32_t offset, const ServiceOptions& options);

}  // namespace varpulis::service
