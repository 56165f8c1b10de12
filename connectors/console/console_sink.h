#pragma once

// Shows events: `[HH:MM:SS] Type | {fields}` (language.md 10.3), the time being the event's.

#include <memory>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"

namespace varpulis::connectors {

Result<std::unique_ptr<Sink>> MakeConsoleSink(const Link& link);

}  // namespace varpulis::connectors
