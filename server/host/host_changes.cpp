#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "server/host/pipeline_connectors.h"
#include "server/host/pipeline_host.h"

// Reload and restore. What takes long (compiling, building an engine, decoding a state) is done while the pipeline
// goes on; it is held for as long as it takes to move the state over and to make that durable, so that a replay
// never crosses from one program or state to another (decision E6).

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::tenant");

ChangeVerdict VerdictOf(const Status& status) {
  return status.code() == StatusCode::InvalidArgument ? ChangeVerdict::Stopped
                                                      : ChangeVerdict::Incompatible;
}

}  // namespace

bool PipelineHost::Reload(std::shared_ptr<Pipeline> pipeline, std::string source,
                          std::function<void(ChangeResult)> done) {
  if (!pipeline->BeginChange()) {
    done({.verdict = ChangeVerdict::Busy, .message = "another reload or restore is under way"});
    return true;
  }
  const bool posted = builders_.Post([this, pipeline, source = std::move(source), done]() mutable {
    VersionChange change;
    ChangeResult result = BuildVersion(*pipeline, std::move(source), change.version);
    Apply(pipeline, std::move(change), std::move(result), std::move(done));
  });
  if (!posted) pipeline->EndChange();
  return posted;
}

bool PipelineHost::Restore(std::shared_ptr<Pipeline> pipeline,
                           std::shared_ptr<const state::Checkpoint> checkpoint, bool strict,
                           std::function<void(ChangeResult)> done) {
  if (!pipeline->BeginChange()) {
    done({.verdict = ChangeVerdict::Busy, .message = "another reload or restore is under way"});
    return true;
  }
  const bool posted = builders_.Post([this, pipeline, checkpoint, strict, done]() mutable {
    VersionChange change;
    ChangeResult result = RestoreVersion(*pipeline, *checkpoint, strict, change);
    Apply(pipeline, std::move(change), std::move(result), std::move(done));
  });
  if (!posted) pipeline->EndChange();
  return posted;
}

ChangeResult PipelineHost::BuildVersion(const Pipeline& pipeline, std::string source,
                                        std::unique_ptr<PipelineVersion>& version) {
  ChangeResult result;
  const auto refuse = [&result](ChangeVerdict verdict, std::string message) {
    result.verdict = verdict;
    result.message = std::move(message);
    return std::move(result);
  };
  const PipelineIdentity& identity = pipeline.identity();
  result.build = BuildProgram(std::move(source), identity.name, import_root());
  if (!result.build.program) {
    return refuse(
        result.build.is_syntax_error ? ChangeVerdict::SyntaxError : ChangeVerdict::Invalid,
        result.build.summary);
  }
  if (pipeline.connectors() != nullptr || UsesConnectors(result.build.program->plan)) {
    return refuse(
        ChangeVerdict::CannotStart,
        "a program with connectors is not reloaded yet: delete it and deploy the new one");
  }
  const size_t streams = result.build.program->plan.streams.size();
  const uint64_t most = identity.tenant->quota().max_streams_per_pipeline;
  if (most > 0 && streams > most) {
    return refuse(ChangeVerdict::TooManyStreams,
                  fmt::format("the program has {} streams, the tenant may have {} in a pipeline",
                              streams, most));
  }
  version = std::make_unique<PipelineVersion>(result.build.program, identity.id, true);
  if (!version->load_failure().empty())
    return refuse(ChangeVerdict::CannotStart, version->load_failure());
  return result;
}

ChangeResult PipelineHost::RestoreVersion(const Pipeline& pipeline,
                                          const state::Checkpoint& checkpoint, bool strict,
                                          VersionChange& change) {
  const int64_t begin = options_.clock.steady_ns();
  const std::shared_ptr<const Program> program = pipeline.program();
  ChangeResult result;
  const auto refuse = [&result](std::string message) {
    result.verdict = ChangeVerdict::Incompatible;
    result.message = std::move(message);
    return std::move(result);
  };
  result.is_other_program =
      checkpoint.program != 0 && checkpoint.program != state::Checksum(program->source);
  if (result.is_other_program && strict)
    return refuse("the checkpoint was taken of another program");
  Result<HostState> host = ReadHostState(checkpoint);
  if (!host.ok()) return refuse(host.status().message());
  change.version = std::make_unique<PipelineVersion>(program, pipeline.identity().id, true);
  exec::RestoreReport report;
  if (Status status = change.version->Restore(checkpoint, host->counts, report); !status.ok())
    return refuse(status.message());
  result.events = host->events_processed;
  result.preserved = std::move(report.restored);
  result.reset = std::move(report.reset);
  result.added = std::move(report.fresh);
  result.removed = std::move(report.dropped);
  change.restored = std::move(*host);
  const int64_t took = options_.clock.steady_ns() - begin;
  std::lock_guard lock(mutex_);
  figures_[pipeline.identity().id].restored.Observe(static_cast<double>(took) / 1e9, 1);
  return result;
}

void PipelineHost::Apply(const std::shared_ptr<Pipeline>& pipeline, VersionChange change,
                         ChangeResult result, std::function<void(ChangeResult)> done) {
  if (result.verdict != ChangeVerdict::Done) {
    pipeline->EndChange();
    return done(std::move(result));
  }
  const bool is_reload = !change.restored;
  const std::shared_ptr<const Program> before = pipeline->program();
  const auto shared = std::make_shared<ChangeResult>(std::move(result));
  pipeline->Change(std::move(change), [this, pipeline, before, shared, is_reload,
                                       done = std::move(done)](ChangeOutcome changed) {
    const auto outcome = std::make_shared<ChangeOutcome>(std::move(changed));
    (void)writer_.Post([this, pipeline, before, shared, is_reload, done, outcome] {
      Conclude(pipeline, *outcome, *before, *shared, is_reload);
      pipeline->EndChange();
      done(std::move(*shared));
    });
  });
}

// The pipeline is held unless the change has failed.
void PipelineHost::Conclude(const std::shared_ptr<Pipeline>& pipeline, ChangeOutcome& outcome,
                            const Program& before, ChangeResult& result, bool is_reload) {
  if (!outcome.status.ok()) {
    result.verdict = VerdictOf(outcome.status);
    result.message = outcome.status.message();
    return;
  }
  if (has_store()) {
    const bool is_paused = pipeline->state() == Pipeline::State::Paused;
    const store::PipelineRecord record =
        RecordOf(*pipeline, *outcome.image.program, outcome.image.generation, is_paused);
    if (Status status = Write(*pipeline, outcome.image, &record); !status.ok()) {
      pipeline->Revert();
      result.verdict = ChangeVerdict::NotStored;
      result.message = status.message();
      return;
    }
  }
  pipeline->Keep();
  result.generation = outcome.image.generation;
  const std::string& id = pipeline->identity().id;
  if (!is_reload) {
    VPL_LOG(kLog, Info, "Checkpoint restored", {"pipeline_id", id},
            {"events_processed", result.events});
    promotion_.Start(pipeline);
    return;
  }
  const int64_t pause = options_.clock.steady_ns() - outcome.held_ns;
  {
    std::lock_guard lock(mutex_);
    reload_pauses_.Observe(static_cast<double>(pause) / 1e9, 1);
  }
  result.preserved = std::move(outcome.report.restored);
  result.reset = std::move(outcome.report.reset);
  result.added = std::move(outcome.report.fresh);
  result.removed = std::move(outcome.report.dropped);
  const auto old_texts = TextsOfStreams(before.plan);
  for (const auto& [name, text] : TextsOfStreams(outcome.image.program->plan)) {
    const auto old_text = old_texts.find(name);
    if (old_text != old_texts.end() && old_text->second != text) result.updated.push_back(name);
  }
  VPL_LOG(kLog, Info, "Pipeline reloaded", {"pipeline_id", id}, {"generation", result.generation},
          {"compile_ms", result.build.milliseconds},
          {"pause_ms", static_cast<double>(pause) / kNsPerMs},
          {"state_reset", result.reset.size()});
  promotion_.Start(pipeline);
}

}  // namespace varpulis::host
