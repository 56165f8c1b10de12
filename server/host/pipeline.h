#pragma once

// A hosted program: a queue at its door, and an engine that one thread at a time runs. Nothing that happens
// in one pipeline makes another one wait for more than a batch.
//
//   Admit ---> mailbox (bounded) ---> RunOne, one batch per turn ---> answer, OutputLog, report
//   Control -->      in order

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>

#include "server/auth/tenant.h"
#include "server/host/host_clock.h"
#include "server/host/idempotency.h"
#include "server/host/injection_request.h"
#include "server/host/output_log.h"
#include "server/host/pipeline_connectors.h"
#include "server/host/pipeline_report.h"
#include "server/host/pipeline_version.h"

namespace varpulis::host {

class Scheduler;

struct PipelineIdentity {
  std::string id;
  std::string name;
  std::shared_ptr<auth::Tenant> tenant;
  uint64_t number = 0;  // order of creation
  TimestampNs created_at = 0;
  int64_t created_steady_ns = 0;
};

struct PipelineOptions {
  uint64_t max_queue_depth = 0;  // events; 0: only the bytes are bounded
  HostClock clock;
  std::shared_ptr<PipelineConnectors> connectors = {};  // null: it has none
};

// Thread-safe but for RunOne, which the scheduler calls on one thread at a time. Shared by the host, by
// requests that have found it and by the scheduler; the last one frees it.
class Pipeline : public std::enable_shared_from_this<Pipeline> {
 public:
  enum class State : uint8_t { Running, Paused, Failed, Stopped };

  // `version` has been loaded without failure. `scheduler` outlives the pipeline's work.
  Pipeline(PipelineIdentity identity, std::unique_ptr<PipelineVersion> version,
           PipelineOptions options, Scheduler& scheduler);
  ~Pipeline();

  const PipelineIdentity& identity() const { return identity_; }
  std::shared_ptr<const Program> program() const { return program_; }
  OutputLog& log() { return log_; }
  State state() const;
  // `running`, `paused`, `stopped`, `error: <text>`.
  std::string status() const;

  // On Admitted `request.done` will be called, after its events have been processed in the order of
  // admission; else never.
  Admission Admit(InjectRequest request);
  // Events of requests that were refused before they came here.
  void CountRejected(RejectReason reason, uint64_t events);

  // Whether an injection would be admitted now.
  bool IsOpen() const;
  const std::shared_ptr<PipelineConnectors>& connectors() const { return options_.connectors; }
  // Its outputs have room again.
  void WakeUp();
  // It has work, but waits for that.
  bool IsResting() const;

  // `done` is called behind everything that was admitted before. False: it is not running, or not paused.
  bool Pause(std::function<void()> done);
  bool Resume();
  // Nothing is admitted any more. What waits is processed for up to `drain_ns`, then the rest is dropped
  // and answered as failed; then the engine is freed, readers of the log see its end, and `done` is called.
  void Stop(int64_t drain_ns, std::function<void()> done);
  // Other code for the same kernels, taken between two batches.
  void Promote(const kernel::KernelTable& kernels);

  // Counts of requests are exact; those of streams may lag behind while the pipeline is busy. Of a large
  // program they may be those of the last call.
  PipelineReport report();

  // One turn: a batch or a control. False: there is nothing to do.
  bool RunOne();

 private:
  struct Record {
    io::Injection injection;
    TimestampNs stamp = 0;
    int64_t admitted_ns = 0;
    size_t next = 0;  // event
    InjectOutcome outcome;
    std::function<void(InjectOutcome)> done;
  };
  using Work = std::variant<std::unique_ptr<Record>, std::function<void()>>;

  Admission Check(const InjectRequest& request) const;
  void Push(Work work);
  bool TakeNext();
  bool Rests();
  void RunBatch(Record& record);
  void Finish(Record& record);
  void Drop(Record& record);
  void Publish();
  void PublishIfWorthIt(int64_t now_ns);
  bool IsDraining() const;

  const PipelineIdentity identity_;
  const PipelineOptions options_;
  Scheduler& scheduler_;
  std::shared_ptr<const Program> program_;
  OutputLog log_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  State state_ = State::Running;
  std::string failure_;
  std::deque<Work> mailbox_;
  bool scheduled_ = false;
  bool resting_ = false;  // until its outputs have room
  uint64_t queued_events_ = 0;
  size_t queued_bytes_ = 0;
  TimestampNs last_stamp_ = kTimeMin;
  IdempotencyKeys keys_;
  int64_t drain_until_ns_ = 0;  // 0: not being stopped
  PipelineReport report_;
  bool stale_ = false;  // the streams of report_ lag behind

  // Of the thread that runs the pipeline.
  std::unique_ptr<PipelineVersion> version_;
  Work current_;
  bool has_current_ = false;
  int64_t published_ns_ = 0;
};

}  // namespace varpulis::host
