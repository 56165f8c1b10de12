#pragma once

// What a driver does with events that leave. Everything around it (queues, the circuit breaker, dead
// letters) is connectors/delivery.

#include <cstdint>
#include <span>
#include <string>

#include "base/time.h"
#include "connectors/contract/deadline.h"

namespace varpulis::connectors {

struct OutgoingEvent {
  uint64_t number =
      0;  // of what the pipeline delivers (decision E5): the same number, the same bytes
  std::string topic;  // empty: the driver's default
  std::string event_type;
  std::string event;  // one flat JSON object without line break (operations.md 8.1)
};

struct Delivery {
  size_t delivered = 0;  // of the events, from the first on: the service has them for good
  std::string error;     // why not all; empty: all were

  bool ok() const { return error.empty(); }
};

// How long a sink tries to get through to a service that is away before events count as failed.
inline constexpr DurationNs kDeliveryPatience = 5 * kNsPerSecond;
// Longest wait for one batch, whatever the driver waits for.
inline constexpr DurationNs kLongestDelivery = 300 * kNsPerSecond;

// Belongs to one thread. It is made without connecting: what is wrong with parameters is told then, what is
// wrong with the service when events are delivered.
class Sink {
 public:
  virtual ~Sink() = default;

  // Returns when the service has acknowledged all events, in their order, or when it will not. Connects if
  // it has to; a connection that has failed is given up, so that the next call makes a new one, as often
  // as it takes.
  virtual Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) = 0;
  // Called about once a second while nothing is to be delivered: keeps the connection.
  virtual void Idle() {}
  // What was delivered may rest in buffers of this process no longer. Called while nothing is to be
  // delivered, and at the end.
  virtual void Flush() {}
  // Most events that one call may bring; 1 where each is a request of its own.
  virtual size_t most_at_once() const { return 1'000; }
};

}  // namespace varpulis::connectors
