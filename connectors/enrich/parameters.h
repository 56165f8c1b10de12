#pragma once

// Parameters of a connector as drivers want them.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/config_value.h"

namespace varpulis::connectors {

// Empty if there is no text of that name.
std::string TextOf(const std::vector<ir::ConfigItem>& items, const std::string& name);
int64_t IntOf(const std::vector<ir::ConfigItem>& items, const std::string& name, int64_t otherwise);
// The address under whichever of its names; the first of a list.
std::string AddressOf(const std::vector<ir::ConfigItem>& items);

}  // namespace varpulis::connectors
