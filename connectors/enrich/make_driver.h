#pragma once

// Which driver answers the lookups of a connector.

#include <cstddef>
#include <string>

#include "compiler/ir/plan.h"
#include "connectors/enrich/driver.h"

namespace varpulis::connectors {

struct DriverChoice {
  MakeDriver make;     // null: nobody can answer
  std::string reason;  // why not
  size_t most = 0;     // connections at once
};
// `longest` is the timeout of the connector's most patient lookup.
DriverChoice ChooseDriver(const ir::Binding& binding, DurationNs longest);

}  // namespace varpulis::connectors
