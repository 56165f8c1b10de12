#include "server/host/pipeline_version.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "runtime/interp/interpret.h"

namespace varpulis::host {
namespace {

const log::Target kSaseLog("varpulis_runtime::engine::sase");

uint64_t ChangesOf(const pattern::PatternCounters& counters) {
  return counters.opened + counters.matched + counters.expired + counters.killed + counters.broken +
         counters.dropped + counters.evicted;
}

}  // namespace

PipelineVersion::PipelineVersion(std::shared_ptr<const Program> program,
                                 const std::string& pipeline_id, bool is_restored)
    : program_(std::move(program)),
      sink_(pipeline_id),
      engine_(program_->plan, interp::InterpretedTable(program_->plan.kernels, program_->regexes),
              sink_, {}, {}, nullptr, is_restored),
      has_time_(engine_.has_time()),
      decoder_(program_->plan),
      batch_(program_->plan),
      rows_restored_(program_->plan.tables.size()) {
  for (const ir::StreamPlan& stream : program_->plan.streams) {
    std::vector<ir::TableId> tables = ir::InputTables(stream);
    std::sort(tables.begin(), tables.end());
    tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
    tables_of_streams_.emplace_back(tables.begin(), tables.end());
  }
}

size_t PipelineVersion::Step(const io::Injection& injection, size_t first, TimestampNs stamp) {
  const size_t next = decoder_.Decode(injection, first, stamp, batch_);
  rows_before_ = engine_.rows_of_tables();
  engine_.Process(batch_);
  sink_.Publish();
  return next;
}

void PipelineVersion::Observe(double seconds) {
  const std::vector<uint64_t>& rows = engine_.rows_of_tables();
  for (uint32_t table = 0; table < rows.size(); ++table) {
    const uint64_t more = rows[table] - rows_before_[table];
    if (more > 0) latency_[table].Observe(seconds, more);
  }
}

state::Checkpoint PipelineVersion::Save() {
  state::Checkpoint checkpoint;
  engine_.Save(checkpoint);
  checkpoint.events = engine_.events();
  checkpoint.outputs = engine_.outputs();
  return checkpoint;
}

VersionCounts PipelineVersion::counts() const {
  VersionCounts counts;
  const std::vector<uint64_t>& rows = engine_.rows_of_tables();
  for (uint32_t table = 0; table < rows.size(); ++table) {
    if (const uint64_t all = rows[table] + rows_restored_[table]; all > 0)
      counts.rows[program_->plan.tables[table].name] = all;
  }
  counts.types = decoder_.types().All();
  counts.outputs = Outputs();
  return counts;
}

Status PipelineVersion::Restore(const state::Checkpoint& checkpoint, const VersionCounts& counts,
                                exec::RestoreReport& report) {
  if (Status status = engine_.Restore(checkpoint, report); !status.ok()) return status;
  for (uint32_t table = 0; table < program_->plan.tables.size(); ++table) {
    const auto at = counts.rows.find(program_->plan.tables[table].name);
    if (at != counts.rows.end()) rows_restored_[table] = at->second;
  }
  decoder_.AddTypes(counts.types);
  outputs_restored_ = counts.outputs;
  return Status();
}

std::map<std::pair<std::string, std::string>, uint64_t> PipelineVersion::Outputs() const {
  auto outputs = outputs_restored_;
  for (const ProgramSink::Series& series : sink_.series())
    outputs[{program_->plan.streams[series.stream].name, series.event_type}] += series.count;
  return outputs;
}

std::string PipelineVersion::failure() const {
  return engine_.failure() ? engine_.failure()->Text() : std::string();
}

void PipelineVersion::Report(PipelineReport& report) const {
  report.events_by_type = decoder_.types().All();
  report.streams.clear();
  const std::vector<uint64_t>& rows = engine_.rows_of_tables();
  uint64_t runs = 0;
  std::vector<exec::StreamStatistics> statistics = engine_.Statistics();
  for (size_t i = 0; i < statistics.size(); ++i) {
    exec::StreamStatistics& from = statistics[i];
    StreamReport stream;
    stream.name = std::move(from.name);
    stream.output_events = from.outputs;
    stream.is_pattern = from.is_pattern;
    stream.active_runs = from.open_runs;
    if (from.is_pattern) {
      stream.pattern_events = from.rows_in;
      stream.matches = from.pattern.matched;
      runs += from.open_runs;
    }
    for (const uint32_t table : tables_of_streams_[i]) {
      stream.events_processed += rows[table] + rows_restored_[table];
      if (const auto at = latency_.find(table); at != latency_.end())
        stream.latency.Add(at->second);
    }
    report.streams.push_back(std::move(stream));
  }
  report.peak_runs = std::max(report.peak_runs, runs);
  report.outputs = Outputs();
}

void PipelineVersion::TraceRuns(const std::string& pipeline_id) {
  if (!kSaseLog.Wants(log::Level::Trace)) [[likely]]
    return;
  const std::vector<exec::StreamStatistics> statistics = engine_.Statistics();
  traced_.resize(statistics.size());
  for (size_t i = 0; i < statistics.size(); ++i) {
    const exec::StreamStatistics& stream = statistics[i];
    if (!stream.is_pattern || ChangesOf(stream.pattern) == traced_[i]) continue;
    traced_[i] = ChangesOf(stream.pattern);
    VPL_LOG(kSaseLog, Trace, "runs changed", {"pipeline_id", pipeline_id}, {"stream", stream.name},
            {"open", stream.open_runs}, {"opened", stream.pattern.opened},
            {"matched", stream.pattern.matched}, {"expired", stream.pattern.expired});
  }
}

}  // namespace varpulis::host
