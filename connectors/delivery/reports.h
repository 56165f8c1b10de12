#pragma once

// What workers count and how their services are.

#include <cstdint>
#include <string>

#include "connectors/delivery/circuit_breaker.h"

namespace varpulis::connectors {

struct SinkReport {
  std::string name;
  Circuit circuit = Circuit::Closed;
  uint64_t delivered = 0;
  uint64_t failed = 0;           // delivery was tried
  uint64_t rejected = 0;         // the circuit was open
  uint64_t dead = 0;             // of both, those that were to be dead letters
  uint64_t transitions[3] = {};  // by Circuit, into it
};

struct ConnectorReport {
  std::string name;
  std::string kind;
  bool connected = false;
  std::string last_error;
  uint64_t messages = 0;        // delivered, or received
  int64_t last_message_ns = 0;  // steady clock; 0: none yet
};

}  // namespace varpulis::connectors
