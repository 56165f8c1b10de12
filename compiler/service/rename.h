#pragma once

// Private to compiler/service.

#include <string>

#include "compiler/service/analysis.h"

namespace varpulis::service {

// Why nobody may rename it; empty if one may.
std::string WhyNotRenamable(const Symbol& symbol);

// Renames on trial: the result is refused if the program then has other mistakes or one of its names
// means something else.
RenameResult Rename(const Analysis& analysis, uint32_t offset, const std::string& new_name,
                    const ServiceOptions& options);

}  // namespace varpulis::service
