#pragma once

// A hosted program: a queue at its door, and an engine that one thread at a time runs. Nothing that happens
// in one pipeline makes another one wait for more than a batch.
//
//   Admit ---> [journal] ---> mailbox (bounded) ---> RunOne, one batch per turn ---> answer, OutputLog, report
//   Control ------------->      in order
//
// With a journal what was admitted comes to the mailbox when it is durable, so that the engine never sees
// what a crash could take back (decision E3).

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "server/auth/tenant.h"
#include "server/host/host_clock.h"
#include "server/host/host_state.h"
#include "server/host/idempotency.h"
#include "server/host/injection_request.h"
#include "server/host/journal_record.h"
#include "server/host/output_log.h"
#include "server/host/pipeline_connectors.h"
#include "server/host/pipeline_report.h"
#include "server/host/pipeline_version.h"
#include "server/host/version_change.h"
#include "server/store/journal.h"

namespace varpulis::host {

class Scheduler;
class Ticker;

struct PipelineIdentity {
  std::string id;
  std::string name;
  std::shared_ptr<auth::Tenant> tenant;
  uint64_t number = 0;  // order of creation
  TimestampNs created_at = 0;
  int64_t created_steady_ns = 0;
  std::string deploy_key = {};  // Idempotency-Key of the request that deployed it
};

struct PipelineOptions {
  uint64_t max_queue_depth = 0;  // events; 0: only the bytes are bounded
  HostClock clock;
  std::string engine = {};            // version, for checkpoints
  store::Journal* journal = nullptr;  // null: nothing outlives the process. Outlives the pipeline
  // After which event types that are silent age (decision E12); 0: they do not.
  DurationNs idle_grace = 0;
  Ticker* ticker = nullptr;  // wakes the pipeline; outlives it. Null: time goes on by events only
  std::shared_ptr<PipelineConnectors> connectors = {};  // null: it has none
};

// What a pipeline begins with.
struct PipelineStart {
  std::unique_ptr<PipelineVersion> version = {};  // loaded without failure; null: it cannot run
  std::shared_ptr<const Program> program = {};
  uint64_t generation = 1;
  std::string failure = {};  // why it cannot
};

// Thread-safe but for RunOne, which the scheduler calls on one thread at a time. Shared by the host, by
// requests that have found it and by the scheduler; the last one frees it.
class Pipeline : public std::enable_shared_from_this<Pipeline> {
 public:
  enum class State : uint8_t { Running, Paused, Failed, Stopped };

  // `scheduler` outlives the pipeline's work.
  Pipeline(PipelineIdentity identity, PipelineStart start, PipelineOptions options,
           Scheduler& scheduler);
  ~Pipeline();

  const PipelineIdentity& identity() const { return identity_; }
  std::shared_ptr<const Program> program() const;
  uint64_t generation() const;
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
  // Other code for the same kernels, taken between two batches; without effect if another program runs by then.
  void Promote(const std::shared_ptr<const Program>& program, const kernel::KernelTable& kernels);

  // All that it remembers, taken between two records, without waiting for what was admitted before. InvalidArgument:
  // it has stopped. `done` on a thread of the host, which it must not keep.
  void TakeImage(bool with_view, std::function<void(Result<PipelineImage>)> done);
  // Whether records have come since the last image that was told to be written, and how many bytes.
  struct Unsaved {
    bool any = false;
    uint64_t bytes = 0;  // of the journal
  };
  Unsaved unsaved() const;
  void CountSaved(uint64_t record);

  // Claims the right to change the version; false: somebody else has it. Until EndChange.
  bool BeginChange();
  void EndChange();
  // Puts another version in the place of the one that runs, between two records. On success nothing is processed
  // until Keep or Revert is called, on any thread; what is admitted waits. pipeline_change.cpp
  void Change(VersionChange change, std::function<void(ChangeOutcome)> done);
  // The old version is freed, on the calling thread.
  void Keep();
  void Revert();

  // Of a pipeline of an earlier process, before it is shared: begins where the checkpoint was taken, is told again
  // what came behind it, and is then as it was. pipeline_replay.cpp
  void BeginReplay(const HostState& state);
  void Replay(uint64_t number, JournalRecord journaled);
  void EndReplay(bool is_paused);
  // Instead of EndReplay: it cannot go on, and says why.
  void GiveUp(std::string failure);
  // Of a pipeline that nobody runs or shares yet.
  PipelineImage Image();

  // From now on time goes on by the host's clock, too, if there is a ticker: to be called before events come.
  // pipeline_time.cpp
  void BeginTime();
  // Something may be due; the ticker's call.
  void Tick();

  // Counts of requests are exact; those of streams may lag behind while the pipeline is busy. Of a large
  // program they may be those of the last call.
  PipelineReport report();
  // The same for metrics: of this process alone, and never less than before.
  PipelineReport metered();
  // What its tenant was charged for, in all processes.
  auth::Usage charged() const;

  // One turn: a batch or a control. False: there is nothing to do.
  bool RunOne();

 private:
  struct Record {
    uint64_t number = 0;
    io::Injection injection;
    TimestampNs stamp = 0;
    int64_t admitted_ns = 0;
    size_t next = 0;  // event
    std::string idempotency_key;
    std::shared_ptr<std::atomic<bool>> is_durable;
    InjectOutcome outcome;
    std::function<void(InjectOutcome)> done;
  };
  using Control = std::function<void()>;
  using Work = std::variant<std::shared_ptr<Record>, Control>;
  // What Revert puts back.
  struct Before {
    std::unique_ptr<PipelineVersion> version;
    std::shared_ptr<const Program> program;
    uint64_t generation;
    State state;
    std::string failure;
    IdempotencyKeys keys;
    PipelineReport report;
    PipelineReport earlier;
    PipelineReport uncounted;
  };

  Admission Check(const InjectRequest& request) const;
  void Hand(std::shared_ptr<Record> record, std::string_view events);
  void Arrive(const std::shared_ptr<Record>& record, const Status& status);
  void Push(Work work);
  void PushBehind(Control control);
  void ScheduleIfNeeded();
  bool TakeNext();
  bool Rests();
  void RunBatch(Record& record, bool is_replay);
  void PushBeginTime();
  void GoLive();
  void RunTick();
  void NoteArrival();
  void RequestTick(TimestampNs time);
  // What a turn has done, and whether it was the program's last.
  void Account(uint64_t events, uint64_t outputs);
  void Drop(Record& record);
  void Finish(Record& record);
  void Publish();
  void PublishIfWorthIt(int64_t now_ns);
  bool IsDraining() const;
  void ChangeNow(VersionChange& change, ChangeOutcome& outcome);
  void Swap(VersionChange& change);

  const PipelineIdentity identity_;
  const PipelineOptions options_;
  Scheduler& scheduler_;
  OutputLog log_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::shared_ptr<const Program> program_;
  uint64_t generation_;
  State state_ = State::Running;
  std::string failure_;
  std::deque<Work> mailbox_;
  bool scheduled_ = false;
  bool is_held_ = false;  // nothing is taken from the mailbox
  bool is_changing_ = false;
  bool resting_ = false;  // until its outputs have room
  uint64_t queued_events_ = 0;
  size_t queued_bytes_ = 0;
  uint64_t last_number_ = 0;  // of the records that were admitted
  uint64_t saved_record_ = 0;
  uint64_t unsaved_bytes_ = 0;
  TimestampNs last_stamp_ = kTimeMin;
  IdempotencyKeys keys_;
  int64_t drain_until_ns_ = 0;  // 0: not being stopped
  PipelineReport report_;
  bool stale_ = false;  // the streams of report_ lag behind
  // What versions before the one that runs have counted for metrics, and what of its report is not for them:
  // what an earlier process or version has counted already.
  PipelineReport earlier_;
  PipelineReport uncounted_;
  auth::Usage charged_;

  // Of the thread that runs the pipeline.
  std::unique_ptr<PipelineVersion> version_;  // null: it cannot run
  Work current_;
  bool has_current_ = false;
  int64_t published_ns_ = 0;
  uint64_t processed_ = 0;                  // number of the last record
  TimestampNs processed_stamp_ = kTimeMin;  // its
  std::optional<Before> before_;            // while it is held
  TimestampNs tick_at_ = kTimeMax;          // when the ticker will call; kTimeMax: it need not
};

}  // namespace varpulis::host
