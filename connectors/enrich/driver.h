#pragma once

// One connection to a source of answers. A driver belongs to one thread; everything that it waits for, it
// waits for no longer than the deadline says.

#include <functional>
#include <memory>

#include "connectors/contract/deadline.h"
#include "runtime/enrich/provider.h"

namespace varpulis::connectors {

class Driver {
 public:
  virtual ~Driver() = default;
  // Connects if it has to. A connection that has failed is given up, so that the next lookup makes a
  // new one. The latency is set by the caller.
  virtual enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) = 0;
};
using MakeDriver = std::function<std::unique_ptr<Driver>()>;

inline enrich::Answer Failed(std::string reason) {
  return {enrich::Outcome::Error, std::move(reason), 0};
}
inline enrich::Answer TimedOut() { return {enrich::Outcome::Timeout, "no answer in time", 0}; }

}  // namespace varpulis::connectors
