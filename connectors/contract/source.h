#pragma once

// What a driver does to get events in. Everything around it (retries, back-pressure) is
// connectors/delivery.

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "connectors/contract/deadline.h"

namespace varpulis::connectors {

struct IncomingPayload {
  uint32_t binding = 0;  // of Link::topics
  std::string bytes;
};

// Most payloads, and bytes of them, that one Poll gives; one payload is taken whatever its size.
inline constexpr size_t kMaxPolledPayloads = 1'000;
inline constexpr size_t kMaxPolledBytes = 4u << 20;

// Belongs to one thread. It is made without connecting, as a Sink is.
class Source {
 public:
  virtual ~Source() = default;

  // Appends what has come to `payloads`, or waits for something until the deadline. Connects if it has to;
  // a failure is that of the connection, which the next call makes anew and subscribes again.
  virtual Status Poll(std::vector<IncomingPayload>& payloads, const Deadline& deadline) = 0;
  // All that Poll has given is taken for good: it may be acknowledged to the service.
  virtual Status Commit() = 0;
  // Called instead of Poll, several times a second, while nothing may be taken: keeps the connection.
  virtual void Idle() {}
  // Whether the last Poll has reached the service.
  virtual bool connected() const = 0;
};

}  // namespace varpulis::connectors
