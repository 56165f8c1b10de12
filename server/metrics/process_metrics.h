#pragma once

// What the system knows of this process.

#include <cstdint>

namespace varpulis::metrics {

struct ProcessMetrics {
  uint64_t resident_bytes = 0;
  double cpu_seconds = 0;
  uint64_t open_descriptors = 0;
  double start_seconds = 0;  // since 1970
};

// From /proc; what cannot be read is 0.
ProcessMetrics ReadProcessMetrics();

}  // namespace varpulis::metrics
