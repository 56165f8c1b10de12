#pragma once

// Sinks that post each event: kinds `http`, `rest` and `api` (operations.md 8.2).

#include <memory>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"

namespace varpulis::connectors {

Result<std::unique_ptr<Sink>> MakeHttpSink(const Link& link);

}  // namespace varpulis::connectors
