#pragma once

// Reads what the `.from` of one connector bring, on a thread of its own. A batch of payloads is taken by the
// pipeline, processed, and only then acknowledged to the service; while it takes nothing, nothing is read.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/contract/source.h"
#include "connectors/delivery/backoff.h"
#include "connectors/delivery/sink_worker.h"

namespace varpulis::connectors {

// Where payloads go. Called on the worker's thread.
class Intake {
 public:
  virtual ~Intake() = default;
  // Whether anything would be taken now: false while the pipeline is paused or has no room.
  virtual bool IsOpen() const = 0;
  // Takes payloads from the first on and returns how many; 0: none now. `done` is called on any thread when
  // those are processed for good; before or after Take returns, and only if some were taken.
  virtual size_t Take(const std::vector<IncomingPayload>& payloads, std::function<void()> done) = 0;
};

// Thread-safe.
class SourceWorker {
 public:
  // Reading begins with Start.
  SourceWorker(std::unique_ptr<Source> source, WorkerIdentity identity,
               BackoffSettings backoff = {});
  // Stop.
  ~SourceWorker();
  SourceWorker(const SourceWorker&) = delete;
  SourceWorker& operator=(const SourceWorker&) = delete;

  // `intake` lives until Stop has returned.
  void Start(Intake& intake);
  // What was read and not yet processed for good stays with the service. Waits for the thread.
  void Stop();

  ConnectorReport connector() const;

 private:
  // Whether a batch that came before this object ends is done; shared with callbacks that outlive it.
  struct Batch {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_done = false;
  };

  void Run(Intake& intake);
  bool Offer(Intake& intake, std::vector<IncomingPayload> payloads);
  bool WaitUntilDone(Batch& batch);
  void Note(const Status& status);
  void Received(size_t messages);

  const std::unique_ptr<Source> source_;
  const WorkerIdentity identity_;
  Backoff backoff_;
  mutable std::mutex mutex_;
  ConnectorReport connector_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace varpulis::connectors
