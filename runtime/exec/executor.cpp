#include "runtime/exec/executor.h"

#include <algorithm>

#include "runtime/exec/context_plan.h"
#include "runtime/exec/shard_set.h"

namespace varpulis::exec {
namespace {

class OnThisThread final : public Executor {
 public:
  OnThisThread(const ir::Plan& plan, const kernel::KernelTable& kernels, JsonSink& sink,
               const ExecutorOptions& options)
      : engine_(plan, kernels, sink, {}, options.bounds, options.provider, options.is_restored) {
    if (options.trace) engine_.Trace(options.trace);
  }

  void Start(const row::Batch& batch) override { engine_.Process(batch); }
  void Wait() override {}
  void Finish(bool flush) override { engine_.Finish(flush); }
  void Promote(const kernel::KernelTable& kernels) override { engine_.Promote(kernels); }
  const std::string& load_failure() const override { return engine_.load_failure(); }
  state::Checkpoint Save() override {
    state::Checkpoint checkpoint;
    engine_.Save(checkpoint);
    checkpoint.events = engine_.events();
    checkpoint.outputs = engine_.outputs();
    return checkpoint;
  }
  Status Restore(const state::Checkpoint& checkpoint, RestoreReport& report) override {
    return engine_.Restore(checkpoint, report);
  }
  uint64_t events() const override { return engine_.events(); }
  uint64_t outputs() const override { return engine_.outputs(); }
  std::vector<uint64_t> undelivered() const override { return engine_.undelivered(); }
  bool native() const override { return engine_.native(); }
  std::array<uint64_t, abi::kEvalErrorKinds> errors() const override {
    std::array<uint64_t, abi::kEvalErrorKinds> errors;
    std::copy_n(engine_.errors(), errors.size(), errors.begin());
    return errors;
  }
  std::vector<StreamStatistics> Statistics() const override { return engine_.Statistics(); }
  std::vector<Metric> Metrics() const override { return MergeMetrics(engine_.Metrics()); }
  std::optional<Failure> failure() const override { return engine_.failure(); }

 private:
  Engine engine_;
};

}  // namespace

std::unique_ptr<Executor> MakeExecutor(const ir::Plan& plan, uint32_t workers,
                                       const kernel::KernelTable& kernels, JsonSink& sink,
                                       const ExecutorOptions& options) {
  std::vector<ShardPlan> shards;
  if (workers > 1) {
    for (Share& share : PlanShares(plan, workers, options.bounds.runs))
      shards.push_back({std::move(share), {}});
  } else if (options.by_context && !options.trace) {
    for (ContextShare& context : PlanContexts(plan).shares)
      shards.push_back({std::move(context.share), std::move(context.cores)});
  }
  if (shards.empty()) return std::make_unique<OnThisThread>(plan, kernels, sink, options);
  return std::make_unique<ShardSet>(plan, std::move(shards), kernels, sink, options);
}

}  // namespace varpulis::exec
