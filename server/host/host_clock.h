#pragma once

// The clocks of a server; tests bring their own.

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/time.h"

namespace varpulis::host {

struct HostClock {
  std::function<TimestampNs()> wall = [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  };
  std::function<int64_t()> steady_ns = [] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  };
};

}  // namespace varpulis::host
