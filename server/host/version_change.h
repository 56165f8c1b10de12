#pragma once

// What a reload and a restore have in common: another version in the place of the one that runs.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "runtime/exec/engine.h"
#include "runtime/state/checkpoint.h"
#include "server/host/host_state.h"
#include "server/host/pipeline_version.h"

namespace varpulis::host {

// All that a pipeline remembers, between two records.
struct PipelineImage {
  state::Checkpoint checkpoint;  // with what the host keeps
  uint64_t record = 0;           // the last that is in it
  uint64_t events = 0;           // that the pipeline had processed
  uint64_t generation = 1;
  std::shared_ptr<const Program> program;
  std::string view;  // state_view.h; empty: nobody has asked
};

struct VersionChange {
  // Made to be restored, and loaded without failure.
  std::unique_ptr<PipelineVersion> version;
  // What it has been restored from; nothing: it takes over the state of the version that runs.
  std::optional<HostState> restored;
};

struct ChangeOutcome {
  // InvalidArgument: the pipeline has stopped, so that there is nothing to change or to take over. Otherwise what
  // kept the state from being taken over. The old version goes on.
  Status status;
  exec::RestoreReport report;  // of a reload
  PipelineImage image;         // of the new version
  int64_t held_ns = 0;         // steady clock, since when nothing is processed
};

}  // namespace varpulis::host
