#include "runtime/exec/shard_set.h"

#include <algorithm>

#include "runtime/exec/affinity.h"

namespace varpulis::exec {

// Keeps what a shard says, with its place in the program's output. A block of one byte hands over
// every line by itself.
class ShardSet::Collector final : public JsonSink {
 public:
  Collector(Shard& shard, const JsonSink& program)
      : JsonSink([this](std::string_view line) { Keep(OutputKind::Event, line); },
                 [this](std::string_view line) { Keep(OutputKind::Printed, line); }, 1),
        shard_(shard),
        program_(program) {
    set_human(program.human());
    program.PassLogs(*this, [this](ir::LogLevel level, std::string_view line) {
      Keep(OutputKind::Logged, line);
      shard_.outputs.back().level = level;
    });
  }

  bool Takes(uint32_t egress) const override { return program_.Takes(egress); }
  void Deliver(uint32_t egress, std::string_view topic, std::string_view event) override {
    Keep(OutputKind::Delivery, event);
    shard_.outputs.back().number = egress;
    shard_.outputs.back().topic = topic;
  }
  void Alert(uint32_t alert, std::string_view body) override {
    Keep(OutputKind::Alert, body);
    shard_.outputs.back().number = alert;
  }

 private:
  void Keep(OutputKind kind, std::string_view line) {
    // At load, before all events, the engine is still being made.
    const OutputOrder order = shard_.engine ? shard_.engine->order() : OutputOrder();
    shard_.outputs.push_back({order, kind, std::string(line)});
  }

  Shard& shard_;
  const JsonSink& program_;
};

ShardSet::ShardSet(const ir::Plan& plan, std::vector<ShardPlan> shards,
                   const kernel::KernelTable& kernels, JsonSink& sink,
                   const ExecutorOptions& options)
    : sink_(sink), bounds_(options.bounds), over_shared_bound_(plan.streams.size()) {
  for (uint32_t stream = 0; stream < plan.streams.size(); ++stream) {
    if (plan.streams[stream].pattern && shards.front().share.ByKey(stream))
      spread_patterns_.push_back(stream);
  }
  for (ShardPlan& planned : shards) {
    auto shard = std::make_unique<Shard>();
    shard->sink = std::make_unique<Collector>(*shard, sink);
    shard->engine = std::make_unique<Engine>(plan, kernels, *shard->sink, std::move(planned.share),
                                             options.bounds, options.provider, options.is_restored);
    shard->cores = std::move(planned.cores);
    shards_.push_back(std::move(shard));
  }
  for (auto& shard : shards_) shard->thread = std::thread([this, &shard] { Run(*shard); });
}

ShardSet::~ShardSet() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (auto& shard : shards_) shard->thread.join();
}

void ShardSet::Run(Shard& shard) {
  if (!shard.cores.empty()) RunOnCores(shard.cores);
  uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stop_ || round_ != seen; });
    if (stop_) return;
    seen = round_;
    lock.unlock();
    shard.engine->Process(*batch_);
    lock.lock();
    if (--working_ == 0) done_.notify_one();
  }
}

void ShardSet::Start(const row::Batch& batch) {
  {
    const std::lock_guard lock(mutex_);
    batch_ = &batch;
    working_ = shards_.size();
    ++round_;
  }
  wake_.notify_all();
}

void ShardSet::Wait() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return working_ == 0; });
  lock.unlock();
  CountOpenRuns();
  Merge();
}

// No shard knows what the others have open, so the bound of all runs is looked at between batches only.
void ShardSet::CountOpenRuns() {
  for (const uint32_t stream : spread_patterns_) {
    uint64_t open = 0;
    for (const auto& shard : shards_) open += shard->engine->open_runs(stream);
    if (open > bounds_.runs.max_runs_total) over_shared_bound_[stream] = true;
  }
}

void ShardSet::Finish(bool flush) {
  Wait();
  for (auto& shard : shards_) shard->engine->Finish(flush);
  Merge();
}

// The outputs of each shard are in order already, and equal places belong to one shard.
void ShardSet::Merge() {
  for (auto& shard : shards_) {
    merged_.insert(merged_.end(), std::make_move_iterator(shard->outputs.begin()),
                   std::make_move_iterator(shard->outputs.end()));
    shard->outputs.clear();
  }
  std::stable_sort(merged_.begin(), merged_.end(),
                   [](const Output& a, const Output& b) { return a.order < b.order; });
  const std::optional<Failure> stop = failure();
  for (const Output& output : merged_) {
    // Other shards went on behind the row that stopped the program.
    if (stop && output.order > stop->order) break;
    switch (output.kind) {
      case OutputKind::Event:
        ++outputs_;
        sink_.Lines(output.line);
        break;
      case OutputKind::Printed:
        sink_.Print(output.line);
        break;
      case OutputKind::Logged:
        sink_.Log(output.level, output.line);
        break;
      case OutputKind::Delivery:
        sink_.Deliver(output.number, output.topic, output.line);
        break;
      case OutputKind::Alert:
        sink_.Alert(output.number, output.line);
        break;
    }
  }
  merged_.clear();
}

state::Checkpoint ShardSet::Save() {
  state::Checkpoint checkpoint;
  for (auto& shard : shards_) shard->engine->Save(checkpoint);
  checkpoint.shards = static_cast<uint32_t>(shards_.size());
  checkpoint.events = events();
  checkpoint.outputs = outputs_;
  return checkpoint;
}

// Every shard comes to the same report.
Status ShardSet::Restore(const state::Checkpoint& checkpoint, RestoreReport& report) {
  for (auto& shard : shards_) {
    report = {};
    if (Status status = shard->engine->Restore(checkpoint, report); !status.ok()) return status;
  }
  outputs_ = checkpoint.outputs;
  return Status();
}

void ShardSet::Promote(const kernel::KernelTable& kernels) {
  for (auto& shard : shards_) shard->engine->Promote(kernels);
}

std::vector<Metric> ShardSet::Metrics() const {
  std::vector<Metric> all;
  for (const auto& shard : shards_) {
    std::vector<Metric> part = shard->engine->Metrics();
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  return MergeMetrics(std::move(all));
}

// The failure that one engine would have met first.
std::optional<Failure> ShardSet::failure() const {
  std::optional<Failure> first;
  for (const auto& shard : shards_) {
    const std::optional<Failure>& failure = shard->engine->failure();
    if (failure && (!first || failure->order < first->order)) first = failure;
  }
  return first;
}

std::vector<uint64_t> ShardSet::undelivered() const {
  std::vector<uint64_t> total = shards_.front()->engine->undelivered();
  for (size_t i = 1; i < shards_.size(); ++i) {
    const auto& part = shards_[i]->engine->undelivered();
    for (size_t s = 0; s < total.size(); ++s) total[s] += part[s];
  }
  return total;
}

std::array<uint64_t, abi::kEvalErrorKinds> ShardSet::errors() const {
  std::array<uint64_t, abi::kEvalErrorKinds> errors{};
  for (const auto& shard : shards_) {
    for (size_t i = 0; i < errors.size(); ++i) errors[i] += shard->engine->errors()[i];
  }
  return errors;
}

std::vector<StreamStatistics> ShardSet::Statistics() const {
  std::vector<StreamStatistics> total = shards_.front()->engine->Statistics();
  for (size_t i = 1; i < shards_.size(); ++i) {
    const auto part = shards_[i]->engine->Statistics();
    for (size_t s = 0; s < total.size(); ++s) total[s].Add(part[s]);
  }
  for (size_t s = 0; s < total.size(); ++s) total[s].over_shared_bound = over_shared_bound_[s];
  return total;
}

}  // namespace varpulis::exec
