#pragma once

// A program while it runs: the engine with everything that belongs to the thread that owns it. A reload
// makes another one and hands the state over; so does a restore (version_change.h).

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/exec/engine.h"
#include "runtime/io/injection.h"
#include "runtime/state/checkpoint.h"
#include "server/host/host_state.h"
#include "server/host/pipeline_report.h"
#include "server/host/program.h"
#include "server/host/program_sink.h"
#include "server/host/state_view.h"

namespace varpulis::host {

// Not thread-safe.
class PipelineVersion {
 public:
  // Runs the program's initialisers, interpreted. One that is about to be restored goes on where another one
  // has been: what its initialisers print is not said again.
  PipelineVersion(std::shared_ptr<const Program> program, const std::string& pipeline_id,
                  bool is_restored = false);

  const std::string& load_failure() const { return engine_.load_failure(); }
  const std::shared_ptr<const Program>& program() const { return program_; }
  ProgramSink& sink() { return sink_; }

  // Processes one batch of the injection, from event number `first` on, and returns the number of the
  // next event.
  size_t Step(const io::Injection& injection, size_t first, TimestampNs stamp);
  // The rows of the last Step took so long from admission to their end.
  void Observe(double seconds);
  void Promote(const kernel::KernelTable& kernels) { engine_.Promote(kernels); }

  // All that the program remembers, between two batches, and not after a failure. The pipeline adds what it
  // keeps itself.
  state::Checkpoint Save();
  VersionCounts counts() const;
  // What of it people want to see, as JSON (state_view.h).
  std::string View() { return ViewOf(program_->plan, engine_); }
  // Of one that was made for it and has seen no event. Streams whose state has another form start anew.
  // Malformed: then it is only good to be destroyed.
  Status Restore(const state::Checkpoint& checkpoint, const VersionCounts& counts,
                 exec::RestoreReport& report);
  // Time by the host's clock; see exec::Engine.
  void GoLive(DurationNs grace, TimestampNs now) { engine_.GoLive(grace, now); }
  void Arrive(TimestampNs now) { engine_.Arrive(now); }
  void Tick(TimestampNs now) {
    engine_.Tick(now);
    sink_.Publish();
  }
  TimestampNs next_tick() const { return engine_.next_tick(); }
  // Whether anything in the program may fall due without an event.
  bool has_time() const { return has_time_; }

  // Why the program has stopped; empty: it has not.
  std::string failure() const;
  // What streams and types have counted so far.
  void Report(PipelineReport& report) const;
  // Streams whose runs have changed since the last call, to the log of the engine.
  void TraceRuns(const std::string& pipeline_id);

 private:
  std::map<std::pair<std::string, std::string>, uint64_t> Outputs() const;

  std::shared_ptr<const Program> program_;
  ProgramSink sink_;
  exec::Engine engine_;
  const bool has_time_;
  io::InjectionDecoder decoder_;
  row::Batch batch_;
  std::vector<std::vector<uint32_t>> tables_of_streams_;  // each table once
  std::vector<uint64_t> rows_restored_;                   // by ir::TableId, of versions before this
  std::map<std::pair<std::string, std::string>, uint64_t> outputs_restored_;
  std::vector<uint64_t> rows_before_;                       // by ir::TableId, before the last Step
  std::unordered_map<uint32_t, LatencyHistogram> latency_;  // by ir::TableId
  std::vector<uint64_t> traced_;                            // by stream, what TraceRuns has told
};

}  // namespace varpulis::host
