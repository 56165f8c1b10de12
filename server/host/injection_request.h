#pragma once

// A request to inject events, on its way to the pipeline and back.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/io/injection.h"
#include "server/host/output_log.h"

namespace varpulis::host {

struct InjectOutcome {
  uint64_t accepted = 0;
  uint64_t refusals = 0;
  std::vector<io::RefusedEvent> refused;  // the first of them
  // What the step has put out, in order (decision E10); at most limits::kMaxAnsweredOutputs.
  std::vector<OutputPtr> outputs;
  bool outputs_truncated = false;
  bool duplicate = false;  // an earlier request had the same idempotency key
  std::string failure;     // the program stopped at one of these events, or before it came to them
  std::string not_stored;  // they could not be made durable, and are not processed
  int64_t processing_us = 0;
};

struct InjectRequest {
  io::Injection injection;
  std::string idempotency_key;  // empty: none
  // Called once if the request is admitted, on a thread of the host.
  std::function<void(InjectOutcome)> done;
  // Set when it is certain that the events will be processed; null: nobody asks.
  std::shared_ptr<std::atomic<bool>> is_durable = {};
  // Whoever sends it will send it again: it is taken as a whole or not at all, and refusing it counts nowhere.
  bool from_source = false;
};

enum class Admission : uint8_t {
  Admitted,
  QueueFull,    // too much is waiting already
  RateLimited,  // the tenant may not inject a single event of it now
  NotRunning,   // paused, stopped by its program, or being deleted
  NotStored,    // nothing can be made durable now
};

}  // namespace varpulis::host
