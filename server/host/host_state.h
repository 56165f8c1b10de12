#pragma once

// What a pipeline remembers beside its engine, as a section of the checkpoint.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "runtime/state/checkpoint.h"
#include "server/host/idempotency.h"
#include "server/host/output_log.h"

namespace varpulis::host {

// What a version counts by name, for reports; the engine counts the rest.
struct VersionCounts {
  std::map<std::string, uint64_t> rows;  // by table
  std::vector<std::pair<std::string, uint64_t>> types;
  std::map<std::pair<std::string, std::string>, uint64_t> outputs;  // by stream and event type
};

struct HostState {
  uint64_t record = 0;           // the last that was processed
  TimestampNs stamp = kTimeMin;  // its
  uint64_t events_processed = 0;
  uint64_t output_events = 0;
  // What the tenant was charged for; a restore does not set it back.
  uint64_t charged_events = 0;
  uint64_t charged_outputs = 0;
  uint64_t last_output = 0;       // number of the last output
  std::vector<OutputPtr> logged;  // the last of them
  std::vector<AnsweredKey> keys;  // of records up to this one
  VersionCounts counts;
};

state::Section Save(const HostState& state);
// NotFound: the checkpoint was not taken by a host. Malformed.
Result<HostState> ReadHostState(const state::Checkpoint& checkpoint);

}  // namespace varpulis::host
