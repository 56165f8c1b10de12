#pragma once

// Parameters of a connector as drivers want them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "compiler/ir/config_value.h"

namespace varpulis::connectors {

// Empty if there is no text of that name.
std::string TextOf(const std::vector<ir::ConfigItem>& items, const std::string& name);
int64_t IntOf(const std::vector<ir::ConfigItem>& items, const std::string& name, int64_t otherwise);
bool BoolOf(const std::vector<ir::ConfigItem>& items, const std::string& name, bool otherwise);
DurationNs DurationOf(const std::vector<ir::ConfigItem>& items, const std::string& name,
                      DurationNs otherwise);
// The texts of a block such as `headers`, in order; others are left out.
std::vector<std::pair<std::string, std::string>> BlockOf(const std::vector<ir::ConfigItem>& items,
                                                         const std::string& name);
// The address under whichever of its names; the first of a list.
std::string AddressOf(const std::vector<ir::ConfigItem>& items);
// All of them, joined with commas.
std::string AddressesOf(const std::vector<ir::ConfigItem>& items);

// The items with the references that their texts may be replaced by what they name (operations.md 8.3):
// `${NAME}` by the environment, `file:NAME` of a secret by the file of that name in the folder that
// VARPULIS_SECRETS names. Names that start with VARPULIS_ belong to the server and are not given away.
// NotFound says which reference leads nowhere.
Result<std::vector<ir::ConfigItem>> ResolveReferences(const std::string& kind,
                                                      std::vector<ir::ConfigItem> items);

}  // namespace varpulis::connectors
