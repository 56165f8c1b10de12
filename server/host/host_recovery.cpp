#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "server/host/pipeline_host.h"

// From the state directory to pipelines that run (decision E7).

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::tenant");

// A process that ended twice while it replayed a record will end a third time.
constexpr uint32_t kMaxEnds = 2;

}  // namespace

Status PipelineHost::Recover(const auth::TenantRegistry& tenants) {
  if (!has_store()) return Status();
  store::Store& store = *options_.store;
  Result<store::ReplayMarker> marker = store::ReplayMarker::Open(store.directory().replay_marker());
  if (!marker.ok()) return marker.status();
  const Result<std::vector<store::PipelineRecord>> records = store.Pipelines();
  if (!records.ok()) return records.status();
  for (const store::PipelineRecord& record : records.value()) {
    next_number_ = std::max(next_number_, record.number + 1);
    const std::shared_ptr<auth::Tenant> tenant = tenants.Find(record.tenant_id);
    if (!tenant) {
      // The process ended while it deleted the tenant.
      if (Status status = store.DeletePipeline(record.id, nullptr); !status.ok()) return status;
      continue;
    }
    const std::shared_ptr<Pipeline> pipeline = RecoverOne(record, tenant, *marker);
    tenant->AddPipeline();
    std::lock_guard lock(mutex_);
    pipelines_.emplace(record.id, pipeline);
    if (!record.deploy_key.empty()) deploy_keys_[{tenant->id(), record.deploy_key}] = record.id;
  }
  marker->Clear();
  for (const auto& [id, pipeline] : pipelines_) promotion_.Start(pipeline);
  return Status();
}

std::shared_ptr<Pipeline> PipelineHost::RecoverOne(const store::PipelineRecord& record,
                                                   const std::shared_ptr<auth::Tenant>& tenant,
                                                   store::ReplayMarker& marker) {
  const int64_t begin = options_.clock.steady_ns();
  PipelineIdentity identity{.id = record.id,
                            .name = record.name,
                            .tenant = tenant,
                            .number = record.number,
                            .created_at = record.created_at,
                            .created_steady_ns = begin,
                            .deploy_key = record.deploy_key};
  PipelineStart start{.program = nullptr, .generation = record.generation};
  HostState host;
  const BuildOutcome build = BuildAgain(record);
  if (build.program) {
    start.program = build.program;
    start.version = RecoverVersion(record, build.program, host, start.failure);
  } else {
    start.failure = "the program is not accepted any more: " + build.summary;
  }
  if (!start.program) {
    auto program = std::make_shared<Program>();
    program->source = record.source;
    program->path = record.path;
    program->imports = record.imports;
    start.program = std::move(program);
  }
  const bool can_run = start.version != nullptr;
  auto pipeline = std::make_shared<Pipeline>(std::move(identity), std::move(start),
                                             OptionsOfPipelines(), scheduler_);
  if (can_run) {
    pipeline->BeginReplay(host);
    const std::string failure = ReplayJournal(*pipeline, host.record, marker);
    if (failure.empty()) {
      pipeline->EndReplay(record.paused);
    } else {
      pipeline->GiveUp(failure);
    }
  }
  const double took = static_cast<double>(options_.clock.steady_ns() - begin);
  VPL_LOG(kLog, Info, "Pipeline deployed", {"pipeline_id", record.id}, {"name", record.name},
          {"tenant_id", tenant->id()}, {"streams", pipeline->program()->plan.streams.size()},
          {"compile_ms", build.milliseconds}, {"recovery_ms", took / kNsPerMs},
          {"status", pipeline->status()});
  return pipeline;
}

// The newest checkpoint that can be read; an older one has its journal as well.
std::unique_ptr<PipelineVersion> PipelineHost::RecoverVersion(
    const store::PipelineRecord& record, const std::shared_ptr<const Program>& program,
    HostState& host, std::string& failure) {
  store::Store& store = *options_.store;
  if (const Result<std::string> given_up = store.GivenUp(record.id);
      given_up.ok() && !given_up.value().empty()) {
    failure = given_up.value();
    return nullptr;
  }
  const Result<std::vector<store::CheckpointEntry>> entries = store.Checkpoints(record.id);
  failure = entries.ok() ? "there is no checkpoint" : entries.status().message();
  if (!entries.ok()) return nullptr;
  for (const store::CheckpointEntry& entry : entries.value()) {
    const int64_t begin = options_.clock.steady_ns();
    const Result<std::string> bytes = store.ReadCheckpoint(record.id, entry.number);
    Result<state::Checkpoint> checkpoint =
        bytes.ok() ? state::Decode(bytes.value()) : Result<state::Checkpoint>(bytes.status());
    Result<HostState> read =
        checkpoint.ok() ? ReadHostState(*checkpoint) : Result<HostState>(checkpoint.status());
    auto version = std::make_unique<PipelineVersion>(program, record.id, true);
    exec::RestoreReport report;
    Status status = read.status();
    if (status.ok()) status = version->Restore(*checkpoint, read->counts, report);
    if (!status.ok()) {
      VPL_LOG(kLog, Warn, "A checkpoint is passed over", {"pipeline_id", record.id},
              {"checkpoint_id", entry.number}, {"error", status.message()});
      failure = "no checkpoint can be read: " + status.message();
      continue;
    }
    for (const std::string& stream : report.reset) {
      VPL_LOG(kLog, Warn, "A stream starts anew: its state has another form in this version",
              {"pipeline_id", record.id}, {"stream", stream});
    }
    host = std::move(*read);
    failure.clear();
    std::lock_guard lock(mutex_);
    CheckpointFigures& figures = figures_[record.id];
    figures.last_number = entries.value().front().number;
    figures.last_at = entries.value().front().created;
    figures.bytes = entry.bytes;
    const int64_t end = options_.clock.steady_ns();
    figures.last_steady_ns = end;
    figures.restored.Observe(static_cast<double>(end - begin) / 1e9, 1);
    return version;
  }
  return nullptr;
}

// Empty, or why the pipeline cannot go on.
std::string PipelineHost::ReplayJournal(Pipeline& pipeline, uint64_t after,
                                        store::ReplayMarker& marker) {
  const std::string& id = pipeline.identity().id;
  std::string failure;
  const Status status =
      options_.store->journal().Read(id, after, [&](uint64_t number, std::string_view bytes) {
        if (marker.EndedAt(id, number) >= kMaxEnds) {
          failure = fmt::format("crashed replaying record {}", number);
          return false;
        }
        Result<JournalRecord> record = DecodeRecord(bytes);
        if (!record.ok()) {
          failure = fmt::format("record {} of the journal: {}", number, record.status().message());
          return false;
        }
        marker.Mark(id, number);
        pipeline.Replay(number, std::move(*record));
        return true;
      });
  if (failure.empty() && !status.ok()) failure = status.message();
  if (!failure.empty()) {
    VPL_LOG(kLog, Error, "Pipeline not recovered", {"pipeline_id", id}, {"error", failure});
    // Whether it is noted or not: the pipeline does not run now.
    (void)options_.store->GiveUp(id, failure);
  }
  return failure;
}

}  // namespace varpulis::host
