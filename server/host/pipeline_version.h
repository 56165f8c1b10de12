#pragma once

// A program while it runs: the engine with everything that belongs to the thread that owns it. A reload
// makes another one and hands the state over; so does a restore.

#include <memory>
#include <string>
#include <unordered_map>

#include "runtime/exec/engine.h"
#include "runtime/io/injection.h"
#include "server/host/pipeline_report.h"
#include "server/host/program.h"
#include "server/host/program_sink.h"

namespace varpulis::host {

// Not thread-safe.
class PipelineVersion {
 public:
  // Runs the program's initialisers, interpreted.
  PipelineVersion(std::shared_ptr<const Program> program, const std::string& pipeline_id);

  const std::string& load_failure() const { return engine_.load_failure(); }
  const std::shared_ptr<const Program>& program() const { return program_; }
  ProgramSink& sink() { return sink_; }

  // Processes one batch of the injection, from event number `first` on, and returns the number of the
  // next event.
  size_t Step(const io::Injection& injection, size_t first, TimestampNs stamp);
  // The rows of the last Step took so long from admission to their end.
  void Observe(double seconds);
  void Promote(const kernel::KernelTable& kernels) { engine_.Promote(kernels); }

  // Time by the host's clock; see exec::Engine.
  void GoLive(DurationNs grace, TimestampNs now) { engine_.GoLive(grace, now); }
  void Arrive(TimestampNs now) { engine_.Arrive(now); }
  void Tick(TimestampNs now) { engine_.Tick(now); }
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
  std::shared_ptr<const Program> program_;
  ProgramSink sink_;
  exec::Engine engine_;
  const bool has_time_;
  io::InjectionDecoder decoder_;
  row::Batch batch_;
  std::vector<std::vector<uint32_t>> tables_of_streams_;    // each table once
  std::vector<uint64_t> rows_before_;                       // by ir::TableId, before the last Step
  std::unordered_map<uint32_t, LatencyHistogram> latency_;  // by ir::TableId
  std::vector<uint64_t> traced_;                            // by stream, what TraceRuns has told
};

}  // namespace varpulis::host
