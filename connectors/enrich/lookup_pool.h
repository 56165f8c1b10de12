#pragma once

// Lookups of one connector, answered by a few threads with a driver each. Threads are made when they are
// needed; what waits for one waits in the order in which it was asked. How much can wait is up to who
// asks: an engine asks for the rows of one batch (limits::kBatchRows).

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "connectors/enrich/driver.h"

namespace varpulis::connectors {

class LookupPool {
 public:
  // `make` is called on the thread that the driver will be used on; at most `most` drivers exist.
  LookupPool(MakeDriver make, size_t most) : make_(std::move(make)), most_(most) {}
  // Lookups that are under way are broken off.
  ~LookupPool();
  LookupPool(const LookupPool&) = delete;
  LookupPool& operator=(const LookupPool&) = delete;

  // Thread-safe, does not wait. What nobody holds any more when its turn comes is not looked up.
  std::shared_ptr<enrich::Pending> Ask(const enrich::Key& key, DurationNs timeout);

 private:
  struct Question {
    enrich::Key key;
    DurationNs timeout;
    std::weak_ptr<enrich::Pending> pending;
  };
  void Work();
  void Answer(Driver& driver, const Question& question);

  const MakeDriver make_;
  const size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Question> questions_;
  size_t idle_ = 0;
  bool end_ = false;
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace varpulis::connectors
