#pragma once

// Kind `mqtt` (operations.md 8.2), by libmosquitto.

#include <memory>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"
#include "connectors/contract/source.h"

namespace varpulis::connectors {

// Delivered is what the broker has acknowledged, with `qos: 0` what it was sent.
Result<std::unique_ptr<Sink>> MakeMqttSink(const Link& link);
// Messages of QoS 1 and 2 are acknowledged when they are processed (decision E4).
Result<std::unique_ptr<Source>> MakeMqttSource(const Link& link);

}  // namespace varpulis::connectors
