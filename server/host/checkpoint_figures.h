#pragma once

// What is measured of the checkpoints of one pipeline (operations.md 7.2).

#include <cstdint>

#include "server/host/pipeline_report.h"

namespace varpulis::host {

struct CheckpointFigures {
  LatencyHistogram written;   // seconds, from its bytes to the disk
  LatencyHistogram restored;  // seconds, from bytes to a version that can run
  uint64_t bytes = 0;         // of the newest one
  uint64_t last_number = 0;   // 0: there is none
  TimestampNs last_at = 0;    // by the wall
  int64_t last_steady_ns = 0;
};

}  // namespace varpulis::host
