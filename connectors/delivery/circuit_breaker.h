#pragma once

// Keeps a sink that fails from being asked again and again (operations.md 8.5).
//
//   Closed --failure_threshold failures in a row--> Open --reset_timeout--> HalfOpen --success--> Closed
//                                                     ^------------failure------'

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace varpulis::connectors {

enum class Circuit : uint8_t { Closed, HalfOpen, Open };
inline constexpr const char* kCircuitNames[] = {"closed", "half_open", "open"};

struct BreakerSettings {
  uint32_t failure_threshold = 5;
  DurationNs reset_timeout = 30 * kNsPerSecond;
};

// Not thread-safe. Times are those of a steady clock.
class CircuitBreaker {
 public:
  explicit CircuitBreaker(BreakerSettings settings) : settings_(settings) {}

  // Whether an attempt may be made now. The first one after the reset timeout is the probe: HalfOpen.
  bool Allows(int64_t now_ns);
  // What an attempt that was allowed has come to; the new state if it is another one.
  std::optional<Circuit> Succeeded();
  std::optional<Circuit> Failed(int64_t now_ns);

  Circuit state() const { return state_; }
  // In a row.
  uint32_t failures() const { return failures_; }

 private:
  const BreakerSettings settings_;
  Circuit state_ = Circuit::Closed;
  uint32_t failures_ = 0;
  int64_t failed_ns_ = 0;
};

}  // namespace varpulis::connectors
