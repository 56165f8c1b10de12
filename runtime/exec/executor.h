#pragma once

// A running program, on the caller's thread or on shards of its own.

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/exec/engine.h"
#include "runtime/exec/json_sink.h"

namespace varpulis::exec {

class Executor {
 public:
  virtual ~Executor() = default;

  // Hands over a batch, which must live until Wait returns. No batch may be under way.
  virtual void Start(const row::Batch& batch) = 0;
  // Until the batch is done; then its outputs are in the sink. Without a batch under way it returns
  // at once.
  virtual void Wait() = 0;
  // End of input, as Engine::Finish.
  virtual void Finish(bool flush) = 0;
  // Other code for the same kernels, between two batches.
  virtual void Promote(const kernel::KernelTable& kernels) = 0;

  // As Engine::load_failure.
  virtual const std::string& load_failure() const = 0;
  // Everything that the program remembers, at one place of its input: all shards stand between the same
  // two events. Not under way, neither after a failure nor after Finish. It stops the program for as
  // long as copying its state takes. `program`, `engine` and `created` are the caller's to fill in.
  virtual state::Checkpoint Save() = 0;
  // As Engine::Restore, of an executor that was made for it (ExecutorOptions::is_restored) and has seen no
  // event. The number of workers may be another one than that of the checkpoint.
  virtual Status Restore(const state::Checkpoint& checkpoint, RestoreReport& report) = 0;
  // As Engine::events.
  virtual uint64_t events() const = 0;
  virtual uint64_t outputs() const = 0;
  // As Engine::undelivered.
  virtual std::vector<uint64_t> undelivered() const = 0;
  virtual bool native() const = 0;
  // Evaluation errors by abi::EvalError.
  virtual std::array<uint64_t, abi::kEvalErrorKinds> errors() const = 0;
  virtual std::vector<StreamStatistics> Statistics() const = 0;
  // What `.tap` has counted and which streams have dropped late rows, sorted by name and labels.
  virtual std::vector<Metric> Metrics() const = 0;
  // Set when `.on_error("stop")` or Overflow::Error has stopped the program: then no batch may follow, and Finish does
  // nothing. What came before is in the sink. Valid when no batch is under way.
  virtual std::optional<Failure> failure() const = 0;
};

struct ExecutorOptions {
  Bounds bounds;
  // What happens to each event, for one worker and a plan for a trace; empty: nobody wants to know.
  TraceWrite trace;
  // Answers lookups; outlives the executor. Null: they are errors.
  enrich::Provider* provider = nullptr;
  // A state is about to be restored; see Engine.
  bool is_restored = false;
  // With one worker: streams run where the program's contexts say (context_plan.h), each context on a thread
  // of its own.
  bool by_context = false;
};

// One engine on the calling thread for one worker, a ShardSet for more, or for contexts. The sink receives the output
// on the thread that calls; both say the same bytes. `plan` and `sink` outlive the executor.
std::unique_ptr<Executor> MakeExecutor(const ir::Plan& plan, uint32_t workers,
                                       const kernel::KernelTable& kernels, JsonSink& sink,
                                       const ExecutorOptions& options = {});

}  // namespace varpulis::exec
