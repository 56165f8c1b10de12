#pragma once

// Kind `kafka` (operations.md 8.2), by librdkafka.

#include <memory>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"
#include "connectors/contract/source.h"

namespace varpulis::connectors {

// Delivered is what the brokers have acknowledged as `acks` says. The library retries for `message_timeout_ms`.
Result<std::unique_ptr<Sink>> MakeKafkaSink(const Link& link);
// Offsets are committed when what lies before them is processed (decision E4).
Result<std::unique_ptr<Source>> MakeKafkaSource(const Link& link);

}  // namespace varpulis::connectors
