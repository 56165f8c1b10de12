#include "server/host/pipeline_host.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "base/log.h"
#include "server/auth/digest.h"
#include "server/auth/tenant_registry.h"

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::tenant");

// Compiling uses all cores by itself; a second thread lets a small program pass a large one.
constexpr unsigned kBuilders = 2;
// How often it is looked whether a checkpoint is due.
constexpr int64_t kTickNs = 200 * kNsPerMs;
constexpr int64_t kDrainNs = 5 * kNsPerSecond;  // operations.md 6.2
// Waiting for a service that is away keeps one of them busy for up to kDrainNs.
constexpr unsigned kDisconnecting = 4;

}  // namespace

PipelineHost::PipelineHost(HostOptions options)
    : options_(std::move(options)),
      ticker_(options_.clock),
      writer_(1, 0),
      scheduler_(options_.threads),
      promotion_(options_.jit_level),
      disconnecting_(kDisconnecting, 0),
      builders_(kBuilders, limits::kMaxWaitingBuilds) {
  if (has_store()) periodic_ = std::make_unique<Periodic>(kTickNs, [this] { SaveIfDue(); });
}

// Pipelines ask the ticker until the scheduler is gone, and it calls them no more. What the journal and the thread
// that writes still have to tell them is told while they are there.
PipelineHost::~PipelineHost() {
  StopSources();
  FinishSinks(0);
  ticker_.Stop();
  periodic_.reset();
  if (!has_store()) return;
  const auto wait = [](const auto& begin) {
    std::promise<void> told;
    begin([&told] { told.set_value(); });
    told.get_future().wait();
  };
  // A control may write, and what was written may let a pipeline go on.
  for (int round = 0; round < 2; ++round) {
    wait([this](auto done) {
      options_.store->journal().AfterAll([done](const Status&) { done(); });
    });
    (void)WaitUntilIdle(kDrainNs);
    wait([this](auto done) { (void)writer_.Post(done); });
  }
}

// What a wall clock made due could not be told again from a journal of events.
PipelineOptions PipelineHost::OptionsOfPipelines(std::shared_ptr<PipelineConnectors> connectors) {
  return {.max_queue_depth = options_.max_queue_depth,
          .clock = options_.clock,
          .engine = options_.engine,
          .journal = has_store() ? &options_.store->journal() : nullptr,
          .idle_grace = options_.idle_grace,
          .ticker = has_store() ? nullptr : &ticker_,
          .connectors = std::move(connectors)};
}

bool PipelineHost::Deploy(DeployRequest request, std::function<void(DeployOutcome)> done) {
  return builders_.Post([this, request = std::move(request), done = std::move(done)]() mutable {
    Build(std::move(request), done);
  });
}

bool PipelineHost::Validate(std::string source, std::function<void(BuildOutcome)> done) {
  return builders_.Post([this, source = std::move(source), done = std::move(done)]() mutable {
    done(BuildProgram(std::move(source), "program.vpl", import_root()));
  });
}

void PipelineHost::Build(DeployRequest request, const std::function<void(DeployOutcome)>& done) {
  if (std::optional<DeployOutcome> earlier = ReserveKey(request)) {
    done(std::move(*earlier));
    return;
  }
  DeployOutcome outcome;
  if (request.tenant->ReservePipeline()) {
    outcome = BuildAndStart(request);
    if (!outcome.pipeline) request.tenant->ReleasePipeline();
  } else {
    outcome.verdict = DeployVerdict::TooManyPipelines;
    outcome.message = fmt::format("the tenant has {} pipelines, which is its quota",
                                  request.tenant->quota().max_pipelines);
  }
  if (outcome.pipeline) {
    promotion_.Start(outcome.pipeline);
  } else {
    ReleaseKey(request);
  }
  done(std::move(outcome));
}

DeployOutcome PipelineHost::BuildAndStart(DeployRequest& request) {
  DeployOutcome outcome;
  const auto refuse = [&outcome](DeployVerdict verdict, std::string message) {
    outcome.verdict = verdict;
    outcome.message = std::move(message);
    return std::move(outcome);
  };
  outcome.build = BuildProgram(std::move(request.source), request.name, import_root());
  if (!outcome.build.program) {
    return refuse(
        outcome.build.is_syntax_error ? DeployVerdict::SyntaxError : DeployVerdict::Invalid,
        outcome.build.summary);
  }
  const size_t streams = outcome.build.program->plan.streams.size();
  const uint64_t most = request.tenant->quota().max_streams_per_pipeline;
  if (most > 0 && streams > most) {
    return refuse(DeployVerdict::TooManyStreams,
                  fmt::format("the program has {} streams, the tenant may have {} in a pipeline",
                              streams, most));
  }
  PipelineIdentity identity{.id = auth::NewUuid(),
                            .name = request.name,
                            .tenant = request.tenant,
                            .created_at = options_.clock.wall(),
                            .created_steady_ns = options_.clock.steady_ns(),
                            .deploy_key = request.idempotency_key};
  auto version = std::make_unique<PipelineVersion>(outcome.build.program, identity.id);
  if (!version->load_failure().empty())
    return refuse(DeployVerdict::CannotStart, version->load_failure());
  auto connectors = PipelineConnectors::Make(outcome.build.program->plan,
                                             {identity.id, request.name, request.tenant->id(),
                                              request.tenant->id() == auth::kDefaultTenant},
                                             options_.connectors);
  if (!connectors.ok()) return refuse(DeployVerdict::CannotStart, connectors.status().message());
  // Where sources and sinks stood is in no checkpoint, and what is replayed would be delivered again.
  if (*connectors && has_store()) {
    return refuse(DeployVerdict::CannotStart,
                  "a program with connectors is not served yet by a server with a state directory");
  }
  {
    std::lock_guard lock(mutex_);
    identity.number = next_number_++;
  }
  outcome.pipeline = std::make_shared<Pipeline>(
      std::move(identity),
      PipelineStart{.version = std::move(version), .program = outcome.build.program},
      OptionsOfPipelines(*connectors), scheduler_);
  // Nobody may inject into it before it is certain to be there after a crash.
  if (Status stored = StoreNew(*outcome.pipeline); !stored.ok()) {
    outcome.pipeline = nullptr;
    return refuse(DeployVerdict::NotStored, stored.message());
  }
  outcome.pipeline->BeginTime();
  if (!Register(outcome.pipeline, request)) {
    if (has_store()) (void)options_.store->DeletePipeline(outcome.pipeline->identity().id, nullptr);
    outcome.pipeline = nullptr;
    return refuse(DeployVerdict::TenantGone, "the tenant was deleted");
  }
  VPL_LOG(kLog, Info, "Pipeline deployed", {"pipeline_id", outcome.pipeline->identity().id},
          {"name", request.name}, {"tenant_id", request.tenant->id()}, {"streams", streams},
          {"compile_ms", outcome.build.milliseconds});
  return outcome;
}

Status PipelineHost::StoreNew(Pipeline& pipeline) {
  if (!has_store()) return Status();
  const PipelineImage image = pipeline.Image();
  const store::PipelineRecord record = RecordOf(pipeline, *image.program, image.generation, false);
  return Write(pipeline, image, &record);
}

store::PipelineRecord PipelineHost::RecordOf(const Pipeline& pipeline, const Program& program,
                                             uint64_t generation, bool is_paused) const {
  const PipelineIdentity& identity = pipeline.identity();
  return {.id = identity.id,
          .tenant_id = identity.tenant->id(),
          .name = identity.name,
          .source = program.source,
          .path = program.path,
          .imports = program.imports,
          .paused = is_paused,
          .generation = generation,
          .number = identity.number,
          .created_at = identity.created_at,
          .deploy_key = identity.deploy_key};
}

bool PipelineHost::Pause(const std::shared_ptr<Pipeline>& pipeline,
                         std::function<void(Status)> done) {
  return pipeline->Pause([this, pipeline, done = std::move(done)] {
    if (!has_store()) return done(Status());
    // On the thread of the pipeline, behind everything that was admitted.
    std::shared_ptr<const PipelineImage> image;
    if (pipeline->state() == Pipeline::State::Paused)
      image = std::make_shared<const PipelineImage>(pipeline->Image());
    (void)writer_.Post([this, pipeline, done, image] {
      if (!image) return done(options_.store->SetPaused(pipeline->identity().id, true));
      const store::PipelineRecord record =
          RecordOf(*pipeline, *image->program, image->generation, true);
      done(Write(*pipeline, *image, &record));
    });
  });
}

bool PipelineHost::Resume(const std::shared_ptr<Pipeline>& pipeline,
                          std::function<void(Status)> done) {
  if (!pipeline->Resume()) return false;
  Persist(
      [pipeline](store::Store& store) {
        // Somebody may have deleted it meanwhile.
        if (pipeline->state() == Pipeline::State::Stopped) return Status();
        return store.SetPaused(pipeline->identity().id, false);
      },
      std::move(done));
  return true;
}

std::optional<DeployOutcome> PipelineHost::ReserveKey(const DeployRequest& request) {
  if (request.idempotency_key.empty()) return std::nullopt;
  std::lock_guard lock(mutex_);
  const auto [at, is_new] =
      deploy_keys_.try_emplace({request.tenant->id(), request.idempotency_key});
  if (is_new) return std::nullopt;
  DeployOutcome outcome;
  if (at->second.empty()) {
    outcome.verdict = DeployVerdict::KeyInUse;
    outcome.message = "a request with this Idempotency-Key is under way";
  } else {
    outcome.verdict = DeployVerdict::AlreadyDeployed;
    outcome.pipeline = pipelines_.at(at->second);
  }
  return outcome;
}

void PipelineHost::ReleaseKey(const DeployRequest& request) {
  if (request.idempotency_key.empty()) return;
  std::lock_guard lock(mutex_);
  deploy_keys_.erase({request.tenant->id(), request.idempotency_key});
}

bool PipelineHost::Register(const std::shared_ptr<Pipeline>& pipeline,
                            const DeployRequest& request) {
  const std::string& id = pipeline->identity().id;
  std::lock_guard lock(mutex_);
  // Whoever deletes a tenant closes it first, and then its pipelines.
  if (request.tenant->is_closed()) return false;
  pipelines_.emplace(id, pipeline);
  // Before anybody can delete it.
  if (pipeline->connectors() != nullptr) pipeline->connectors()->Start(pipeline);
  if (!request.idempotency_key.empty())
    deploy_keys_[{request.tenant->id(), request.idempotency_key}] = id;
  return true;
}

std::shared_ptr<Pipeline> PipelineHost::Find(std::string_view tenant_id,
                                             std::string_view id) const {
  std::lock_guard lock(mutex_);
  const auto at = pipelines_.find(id);
  if (at == pipelines_.end() || at->second->identity().tenant->id() != tenant_id) return nullptr;
  return at->second;
}

std::vector<std::shared_ptr<Pipeline>> PipelineHost::List(std::string_view tenant_id) const {
  std::vector<std::shared_ptr<Pipeline>> list;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, pipeline] : pipelines_) {
      if (pipeline->identity().tenant->id() == tenant_id) list.push_back(pipeline);
    }
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return a->identity().number < b->identity().number;
  });
  return list;
}

size_t PipelineHost::pipelines() const {
  std::lock_guard lock(mutex_);
  return pipelines_.size();
}

bool PipelineHost::Delete(const std::shared_ptr<Pipeline>& pipeline,
                          std::function<void(Status)> done) {
  const PipelineIdentity& identity = pipeline->identity();
  {
    std::lock_guard lock(mutex_);
    if (pipelines_.erase(identity.id) == 0) return false;
    std::erase_if(deploy_keys_, [&](const auto& entry) { return entry.second == identity.id; });
    leaving_.push_back(pipeline);
  }
  pipeline->Stop(kDrainNs, [this, pipeline, done = std::move(done)]() mutable {
    if (pipeline->connectors() != nullptr) return Disconnect(pipeline, std::move(done));
    if (!has_store()) {
      Retire(pipeline);
      return done(Status());
    }
    (void)writer_.Post([this, pipeline, done] {
      const Status status = Forget(*pipeline);
      Retire(pipeline);
      done(status);
    });
  });
  return true;
}

// What its tenant was charged for goes from the pipeline to the tenant in one piece.
Status PipelineHost::Forget(const Pipeline& pipeline) {
  const PipelineIdentity& identity = pipeline.identity();
  auth::Tenant& tenant = *identity.tenant;
  const auth::Usage charged = pipeline.charged();
  tenant.CountGone(charged.events_processed, charged.output_events_emitted);
  const auth::TenantRecord record = tenant.record();
  Status status =
      options_.store->DeletePipeline(identity.id, tenant.is_closed() ? nullptr : &record);
  if (!status.ok()) {
    VPL_LOG(kLog, Error, "A deleted pipeline stays in the state directory until there is room",
            {"pipeline_id", identity.id}, {"error", status.message()});
    std::lock_guard lock(mutex_);
    unforgotten_.push_back(identity.id);
  }
  return status;
}

// On a thread of its own; deleting twice does no harm.
void PipelineHost::RetryForgetting() {
  std::vector<std::string> ids;
  {
    std::lock_guard lock(mutex_);
    ids = std::exchange(unforgotten_, {});
  }
  for (const std::string& id : ids) {
    if (options_.store->DeletePipeline(id, nullptr).ok()) continue;
    std::lock_guard lock(mutex_);
    unforgotten_.push_back(id);
  }
}

void PipelineHost::Disconnect(const std::shared_ptr<Pipeline>& pipeline,
                              std::function<void(Status)> done) {
  const bool posted = disconnecting_.Post([this, pipeline, done = std::move(done)] {
    pipeline->connectors()->Finish(kDrainNs);
    Retire(pipeline);
    done(Status());
  });
  VPL_CHECK(posted, "any number may wait");
}

std::vector<std::shared_ptr<Pipeline>> PipelineHost::All() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Pipeline>> all = leaving_;
  for (const auto& [id, pipeline] : pipelines_) all.push_back(pipeline);
  return all;
}

void PipelineHost::StopSources() {
  for (const auto& pipeline : All()) {
    if (pipeline->connectors() != nullptr) pipeline->connectors()->StopSources();
  }
}

void PipelineHost::FinishSinks(DurationNs patience) {
  const int64_t end = HostClock().steady_ns() + patience;
  for (const auto& pipeline : All()) {
    if (pipeline->connectors() == nullptr) continue;
    pipeline->connectors()->Finish(std::max<int64_t>(end - HostClock().steady_ns(), 0));
  }
}

bool PipelineHost::WaitUntilIdle(int64_t wait_ns) {
  const int64_t end = HostClock().steady_ns() + wait_ns;
  while (true) {
    const int64_t left = std::max<int64_t>(end - HostClock().steady_ns(), 0);
    if (!scheduler_.WaitUntilIdle(left)) return false;
    const auto all = All();
    const bool rests =
        std::any_of(all.begin(), all.end(), [](const auto& each) { return each->IsResting(); });
    if (!rests || left == 0) return !rests;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

// Its counts go from the pipeline to the sum in one step, so that no series is ever lower than it was.
void PipelineHost::Retire(const std::shared_ptr<Pipeline>& pipeline) {
  const PipelineIdentity& identity = pipeline->identity();
  {
    std::lock_guard lock(mutex_);
    std::erase(leaving_, pipeline);
    figures_.erase(identity.id);
    retired_.AddRetired(pipeline->metered());
  }
  identity.tenant->ReleasePipeline();
  VPL_LOG(kLog, Info, "Pipeline deleted", {"pipeline_id", identity.id}, {"name", identity.name},
          {"tenant_id", identity.tenant->id()});
}

void PipelineHost::DeleteAllOf(std::string_view tenant_id) {
  for (const auto& pipeline : List(tenant_id)) (void)Delete(pipeline, [](const Status&) {});
}

MetricTotals PipelineHost::metrics() const {
  std::lock_guard lock(mutex_);
  MetricTotals totals = retired_;
  for (const auto& pipeline : leaving_) totals.AddRetired(pipeline->metered());
  for (const auto& [id, pipeline] : pipelines_) totals.Add(pipeline->metered());
  return totals;
}

}  // namespace varpulis::host
