#pragma once

// A program on several threads: one engine per shard, each with its share of the streams and keys.
// All of them read every batch, so that clocks agree; the outputs are merged to the bytes that one
// engine would write (decision D27).

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/exec/executor.h"

namespace varpulis::exec {

// The work of one shard, and on which cores it is done; none: on any.
struct ShardPlan {
  Share share;
  std::vector<int64_t> cores;
};

class ShardSet final : public Executor {
 public:
  ShardSet(const ir::Plan& plan, std::vector<ShardPlan> shards, const kernel::KernelTable& kernels,
           JsonSink& sink, const ExecutorOptions& options);
  ~ShardSet() override;
  ShardSet(const ShardSet&) = delete;
  ShardSet& operator=(const ShardSet&) = delete;

  void Start(const row::Batch& batch) override;
  void Wait() override;
  void Finish(bool flush) override;
  void Promote(const kernel::KernelTable& kernels) override;
  const std::string& load_failure() const override {
    return shards_.front()->engine->load_failure();
  }
  state::Checkpoint Save() override;
  Status Restore(const state::Checkpoint& checkpoint, RestoreReport& report) override;
  uint64_t events() const override { return shards_.front()->engine->events(); }
  uint64_t outputs() const override { return outputs_; }
  std::vector<uint64_t> undelivered() const override;
  bool native() const override { return shards_.front()->engine->native(); }
  std::array<uint64_t, abi::kEvalErrorKinds> errors() const override;
  std::vector<StreamStatistics> Statistics() const override;
  std::vector<Metric> Metrics() const override;
  std::optional<Failure> failure() const override;

 private:
  enum class OutputKind : uint8_t { Event, Printed, Logged, Delivery, Alert };
  struct Output {
    OutputOrder order;
    OutputKind kind;
    std::string line;
    ir::LogLevel level = ir::LogLevel::Info;  // of what was logged
    uint32_t number = 0;                      // of the plan's egress, or alert
    std::string topic = {};
  };
  class Collector;
  struct Shard {
    std::unique_ptr<JsonSink> sink;
    std::unique_ptr<Engine> engine;
    std::vector<Output> outputs;
    std::vector<int64_t> cores;
    std::thread thread;
  };

  void Run(Shard& shard);
  void Merge();
  void CountOpenRuns();

  JsonSink& sink_;
  const Bounds bounds_;
  std::vector<uint32_t> spread_patterns_;  // streams whose runs are on all shards
  std::vector<bool> over_shared_bound_;    // by stream
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<Output> merged_;  // scratch
  uint64_t outputs_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const row::Batch* batch_ = nullptr;
  uint64_t round_ = 0;  // batches started
  size_t working_ = 0;  // shards that are not done with the round
  bool stop_ = false;
};

}  // namespace varpulis::exec
