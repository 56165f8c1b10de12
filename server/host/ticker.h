#pragma once

// Wakes pipelines for which something falls due without an event: deadlines of patterns, windows, timers
// (language-later.md 6.1, decision E12). One thread for all of them, which waits for the earliest.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "server/host/host_clock.h"

namespace varpulis::host {

class Pipeline;

// Thread-safe. Holds one call per pipeline.
class Ticker {
 public:
  explicit Ticker(HostClock clock);
  ~Ticker() { Stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // Calls pipeline->Tick() when the host's wall clock has reached the time, in place of an earlier request
  // of the pipeline; not at all if it is gone by then.
  void At(TimestampNs time, const std::shared_ptr<Pipeline>& pipeline);
  // Returns when no call is under way; there are none from then on.
  void Stop();

 private:
  struct Call {
    TimestampNs time;
    std::weak_ptr<Pipeline> pipeline;
  };
  void Run();

  const HostClock clock_;
  std::mutex mutex_;
  std::condition_variable earlier_;
  std::map<uint64_t, Call> calls_;                      // by number of the pipeline
  std::set<std::pair<TimestampNs, uint64_t>> by_time_;  // the same
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace varpulis::host
