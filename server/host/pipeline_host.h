#pragma once

// All pipelines of a server: deploying, finding, deleting them (operations.md 6.1, 6.2). The front door of
// this folder.

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
#include "server/host/background.h"
#include "server/host/import_root.h"
#include "server/host/pipeline.h"
#include "server/host/promotion.h"
#include "server/host/scheduler.h"

namespace varpulis::host {

struct HostOptions {
  unsigned threads = 1;  // that run pipelines
  uint64_t max_queue_depth = limits::kMaxQueuedEvents;
  int jit_level = 2;
  std::optional<ImportRoot> imports = {};
  HostClock clock = {};
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
};
struct DeployOutcome {
  DeployVerdict verdict = DeployVerdict::Deployed;
  std::shared_ptr<Pipeline> pipeline;
  std::string message;  // why not
  BuildOutcome build;
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
  // it is gone.
  bool Delete(const std::shared_ptr<Pipeline>& pipeline, std::function<void()> done);
  void DeleteAllOf(std::string_view tenant_id);

  // Of all pipelines, the deleted ones included.
  MetricTotals metrics() const;
  uint64_t dead_letter_write_errors() const {
    return options_.connectors.dead_letters == nullptr
               ? 0
               : options_.connectors.dead_letters->write_errors();
  }
  LatencyHistogram compile_seconds() const { return promotion_.compile_seconds(); }
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
  void Retire(const std::shared_ptr<Pipeline>& pipeline);
  // Behind its last turn: what ties it to services ends, on a thread that may wait.
  void Disconnect(const std::shared_ptr<Pipeline>& pipeline, std::function<void()> done);
  std::vector<std::shared_ptr<Pipeline>> All() const;

  const HostOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Pipeline>, std::less<>> pipelines_;  // by id
  std::map<DeployKey, std::string> deploy_keys_;    // to the id; empty: under way
  std::vector<std::shared_ptr<Pipeline>> leaving_;  // deleted, but still at work
  MetricTotals retired_;
  uint64_t next_number_ = 0;
  Scheduler scheduler_;
  Promotion promotion_;
  Background disconnecting_;
  Background builders_;  // last: joined first
};

}  // namespace varpulis::host
