#pragma once

// All pipelines of a server: deploying, finding, changing, saving, deleting them (operations.md 6). The front door
// of this folder.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "server/auth/tenant.h"
#include "server/auth/tenant_registry.h"
#include "server/host/background.h"
#include "server/host/checkpoint_figures.h"
#include "server/host/import_root.h"
#include "server/host/periodic.h"
#include "server/host/pipeline.h"
#include "server/host/promotion.h"
#include "server/host/scheduler.h"
#include "server/host/ticker.h"
#include "server/store/replay_marker.h"
#include "server/store/store.h"

namespace varpulis::host {

struct HostOptions {
  unsigned threads = 1;  // that run pipelines
  uint64_t max_queue_depth = limits::kMaxQueuedEvents;
  int jit_level = 2;
  std::optional<ImportRoot> imports = {};
  HostClock clock = {};
  // Decision E12; 0: silent types do not age. With a store time goes on by events only.
  DurationNs idle_grace = 60 * kNsPerSecond;
  std::string engine = {};        // version, for checkpoints
  store::Store* store = nullptr;  // null: nothing outlives the process. Outlives the host
  // Between two checkpoints of a pipeline that has changed; 0: only when its journal has grown too much.
  int64_t checkpoint_interval_ns = 30 * kNsPerSecond;
  ConnectorSettings connectors = {};
};

struct DeployRequest {
  std::shared_ptr<auth::Tenant> tenant;
  std::string name;
  std::string source;
  std::string idempotency_key;  // empty: none
};

enum class DeployVerdict : uint8_t {
  Deployed,
  AlreadyDeployed,  // an earlier request had the same idempotency key: `pipeline` is its
  KeyInUse,         // such a request is under way
  TooManyPipelines,
  TooManyStreams,
  SyntaxError,
  Invalid,      // the program has errors
  CannotStart,  // its initialisers fail
  TenantGone,   // the tenant was deleted meanwhile
  NotStored,    // it cannot be made durable now
};
struct DeployOutcome {
  DeployVerdict verdict = DeployVerdict::Deployed;
  std::shared_ptr<Pipeline> pipeline;
  std::string message;  // why not
  BuildOutcome build;
};

struct CheckpointTaken {
  // InvalidArgument: the pipeline has stopped. Else what the store says; then there is an image all the same.
  Status status;
  std::shared_ptr<const PipelineImage> image;
  uint64_t number = 0;  // of the stored checkpoint; 0: there is no state directory
};

enum class ChangeVerdict : uint8_t {
  Done,
  Busy,     // another reload or restore is under way
  Stopped,  // there is no state that could be taken over
  SyntaxError,
  Invalid,
  CannotStart,
  TooManyStreams,
  Incompatible,  // the checkpoint cannot be taken over
  NotStored,     // it cannot be made durable now
};
// What became of a reload or restore; unless it is Done the pipeline is as it was.
struct ChangeResult {
  ChangeVerdict verdict = ChangeVerdict::Done;
  std::string message = {};  // why not
  BuildOutcome build = {};   // of a reload
  uint64_t generation = 0;
  uint64_t events = 0;            // of a restore: that the checkpoint had processed
  bool is_other_program = false;  // of a restore: the checkpoint is of another text
  // Names of streams. Those of a checkpoint that the program does not have are removed.
  std::vector<std::string> added = {};
  std::vector<std::string> removed = {};
  std::vector<std::string> updated = {};    // in both, but not the same
  std::vector<std::string> preserved = {};  // whose state goes on
  std::vector<std::string> reset = {};      // whose state has another form: they start anew
};

// Thread-safe. Callbacks come on threads of the host, never inside the call, and must not wait.
class PipelineHost {
 public:
  explicit PipelineHost(HostOptions options);
  // Nothing may be under way.
  ~PipelineHost();

  // False: too many programs wait for being compiled; `done` will not be called.
  [[nodiscard]] bool Deploy(DeployRequest request, std::function<void(DeployOutcome)> done);
  [[nodiscard]] bool Validate(std::string source, std::function<void(BuildOutcome)> done);

  // Null if the tenant has no such pipeline.
  std::shared_ptr<Pipeline> Find(std::string_view tenant_id, std::string_view id) const;
  // In order of creation.
  std::vector<std::shared_ptr<Pipeline>> List(std::string_view tenant_id) const;
  size_t pipelines() const;
  const std::optional<ImportRoot>& imports() const { return options_.imports; }

  // False: somebody else has deleted it. Nobody finds it any more when this returns; `done` is called when
  // it is gone; with a failure: a crash would bring it back until there is room on the disk.
  bool Delete(const std::shared_ptr<Pipeline>& pipeline, std::function<void(Status)> done);
  void DeleteAllOf(std::string_view tenant_id);

  // As the functions of Pipeline; `done` when it is durable.
  bool Pause(const std::shared_ptr<Pipeline>& pipeline, std::function<void(Status)> done);
  bool Resume(const std::shared_ptr<Pipeline>& pipeline, std::function<void(Status)> done);

  // Another program for the pipeline (operations.md 6.3), or a state of earlier (6.4). After `done` with Done every
  // later event is processed by the new version. False: too many programs wait for being compiled.
  // host_changes.cpp
  [[nodiscard]] bool Reload(std::shared_ptr<Pipeline> pipeline, std::string source,
                            std::function<void(ChangeResult)> done);
  // `strict`: a checkpoint of another program is Incompatible.
  [[nodiscard]] bool Restore(std::shared_ptr<Pipeline> pipeline,
                             std::shared_ptr<const state::Checkpoint> checkpoint, bool strict,
                             std::function<void(ChangeResult)> done);

  // Takes a checkpoint without making other pipelines wait, and stores it if there is a state directory.
  // `with_view`: for somebody who wants to look into it. host_checkpoints.cpp
  void Checkpoint(const std::shared_ptr<Pipeline>& pipeline, bool with_view,
                  std::function<void(CheckpointTaken)> done);
  // Of the state directory, the newest first; empty without one.
  Result<std::vector<store::CheckpointEntry>> Checkpoints(const Pipeline& pipeline) const;
  // NotFound, Malformed, or what the store says.
  Result<state::Checkpoint> ReadCheckpoint(const Pipeline& pipeline, uint64_t number) const;
  // Checkpoints of all pipelines that have changed; returns when they are stored, or after `wait_ns` with false.
  bool SaveAll(int64_t wait_ns);
  // Writes something else that must be durable, in order, on the thread that writes; without a state directory
  // `done` is called at once.
  void Persist(std::function<Status(store::Store&)> write, std::function<void(Status)> done);
  bool has_store() const { return options_.store != nullptr; }
  // Why nothing can be made durable now; empty: it can.
  std::string trouble() const;

  // All pipelines of the state directory, before anything is served: each with its newest checkpoint that can be read,
  // and the journal behind it. One that cannot go on is listed with the reason. A status: the store cannot be read.
  // host_recovery.cpp
  Status Recover(const auth::TenantRegistry& tenants);

  // Of all pipelines, the deleted ones included.
  MetricTotals metrics() const;
  uint64_t dead_letter_write_errors() const {
    return options_.connectors.dead_letters == nullptr
               ? 0
               : options_.connectors.dead_letters->write_errors();
  }
  LatencyHistogram compile_seconds() const { return promotion_.compile_seconds(); }
  LatencyHistogram reload_pauses() const;
  // When the newest checkpoint of the pipeline was taken, by the wall.
  std::optional<TimestampNs> last_checkpoint(const std::string& id) const;
  // Bytes of the journal.
  uint64_t journal_bytes() const;
  std::map<std::string, CheckpointFigures> checkpoint_figures() const;
  // Sources of all pipelines stop reading; for the end of the process.
  void StopSources();
  // What pipelines have put out is delivered, for up to `patience`; the rest are dead letters.
  void FinishSinks(DurationNs patience);

  // Returns when all pipelines have done what was admitted, or after `wait_ns`.
  bool WaitUntilIdle(int64_t wait_ns);

 private:
  using DeployKey = std::pair<std::string, std::string>;  // tenant and idempotency key

  void Build(DeployRequest request, const std::function<void(DeployOutcome)>& done);
  DeployOutcome BuildAndStart(DeployRequest& request);
  // What an earlier request with the same key says; nothing: the key is this one's from now on.
  std::optional<DeployOutcome> ReserveKey(const DeployRequest& request);
  void ReleaseKey(const DeployRequest& request);
  // False: the tenant is gone.
  bool Register(const std::shared_ptr<Pipeline>& pipeline, const DeployRequest& request);
  Status StoreNew(Pipeline& pipeline);
  PipelineOptions OptionsOfPipelines(std::shared_ptr<PipelineConnectors> connectors = nullptr);
  const ImportRoot* import_root() const { return options_.imports ? &*options_.imports : nullptr; }
  void Retire(const std::shared_ptr<Pipeline>& pipeline);
  Status Forget(const Pipeline& pipeline);

  store::PipelineRecord RecordOf(const Pipeline& pipeline, const Program& program,
                                 uint64_t generation, bool is_paused) const;
  Status Write(Pipeline& pipeline, const PipelineImage& image, const store::PipelineRecord* record,
               uint64_t* number = nullptr);
  void SaveIfDue();
  void RetryForgetting();

  ChangeResult BuildVersion(const Pipeline& pipeline, std::string source,
                            std::unique_ptr<PipelineVersion>& version);
  ChangeResult RestoreVersion(const Pipeline& pipeline, const state::Checkpoint& checkpoint,
                              bool strict, VersionChange& change);
  void Apply(const std::shared_ptr<Pipeline>& pipeline, VersionChange change, ChangeResult result,
             std::function<void(ChangeResult)> done);
  void Conclude(const std::shared_ptr<Pipeline>& pipeline, ChangeOutcome& outcome,
                const Program& before, ChangeResult& result, bool is_reload);

  std::shared_ptr<Pipeline> RecoverOne(const store::PipelineRecord& record,
                                       const std::shared_ptr<auth::Tenant>& tenant,
                                       store::ReplayMarker& marker);
  std::unique_ptr<PipelineVersion> RecoverVersion(const store::PipelineRecord& record,
                                                  const std::shared_ptr<const Program>& program,
                                                  HostState& host, std::string& failure);
  std::string ReplayJournal(Pipeline& pipeline, uint64_t after, store::ReplayMarker& marker);
  // Behind its last turn: what ties it to services ends, on a thread that may wait.
  void Disconnect(const std::shared_ptr<Pipeline>& pipeline, std::function<void(Status)> done);
  std::vector<std::shared_ptr<Pipeline>> All() const;

  const HostOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Pipeline>, std::less<>> pipelines_;  // by id
  std::map<DeployKey, std::string> deploy_keys_;    // to the id; empty: under way
  std::vector<std::shared_ptr<Pipeline>> leaving_;  // deleted, but still at work
  MetricTotals retired_;
  uint64_t next_number_ = 0;
  Ticker ticker_;
  LatencyHistogram reload_pauses_;
  std::map<std::string, CheckpointFigures> figures_;  // by id
  std::vector<std::string> unforgotten_;              // ids that the store could not delete yet
  Background writer_;  // one thread: what it writes comes to the store in order
  Scheduler scheduler_;
  Promotion promotion_;
  Background disconnecting_;
  Background builders_;
  std::unique_ptr<Periodic> periodic_;  // null without a store
};

}  // namespace varpulis::host
