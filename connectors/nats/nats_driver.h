#pragma once

// Kind `nats` (operations.md 8.2), by libnats: core NATS, and JetStream with `jetstream: true`.

#include <memory>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"
#include "connectors/contract/source.h"

namespace varpulis::connectors {

// Delivered is what the server has; with JetStream, what a stream has stored.
Result<std::unique_ptr<Sink>> MakeNatsSink(const Link& link);
// Core messages come at most once. Those of JetStream belong to a durable consumer, and are acknowledged when they
// are processed (decision E4).
Result<std::unique_ptr<Source>> MakeNatsSource(const Link& link);

}  // namespace varpulis::connectors
