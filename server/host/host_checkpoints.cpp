#include <condition_variable>
#include <utility>

#include "base/log.h"
#include "server/host/pipeline_host.h"

// Checkpoints: taken on the thread of the pipeline, written on another one (decision E6).

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::store");

// So much journal behind a checkpoint is enough for the next one, whatever the interval.
constexpr uint64_t kMaxUnsavedBytes = 256ull << 20;

}  // namespace

void PipelineHost::Checkpoint(const std::shared_ptr<Pipeline>& pipeline, bool with_view,
                              std::function<void(CheckpointTaken)> done) {
  pipeline->TakeImage(
      with_view, [this, pipeline, done = std::move(done)](Result<PipelineImage> taken) {
        CheckpointTaken checkpoint;
        if (!taken.ok()) {
          checkpoint.status = taken.status();
          return done(std::move(checkpoint));
        }
        checkpoint.image = std::make_shared<const PipelineImage>(std::move(*taken));
        (void)writer_.Post([this, pipeline, done, checkpoint]() mutable {
          if (has_store())
            checkpoint.status = Write(*pipeline, *checkpoint.image, nullptr, &checkpoint.number);
          done(std::move(checkpoint));
        });
      });
}

// On the thread that writes, or before anybody else knows the pipeline.
Status PipelineHost::Write(Pipeline& pipeline, const PipelineImage& image,
                           const store::PipelineRecord* record, uint64_t* number) {
  const std::string& id = pipeline.identity().id;
  const int64_t begin = options_.clock.steady_ns();
  store::CheckpointEntry entry{
      .record = image.record, .created = image.checkpoint.created, .events = image.events};
  {
    std::lock_guard lock(mutex_);
    entry.number = figures_[id].last_number + 1;
  }
  const std::string bytes = state::Encode(image.checkpoint);
  if (Status status = options_.store->WriteCheckpoint(id, entry, bytes, record); !status.ok()) {
    VPL_LOG(kLog, Error, "No checkpoint", {"pipeline_id", id}, {"error", status.message()});
    return status;
  }
  pipeline.CountSaved(image.record);
  if (number != nullptr) *number = entry.number;
  const int64_t end = options_.clock.steady_ns();
  VPL_LOG(kLog, Info, "Checkpoint created", {"pipeline_id", id}, {"checkpoint_id", entry.number},
          {"bytes", bytes.size()}, {"events_processed", image.events});
  std::lock_guard lock(mutex_);
  CheckpointFigures& figures = figures_[id];
  figures.written.Observe(static_cast<double>(end - begin) / 1e9, 1);
  figures.bytes = bytes.size();
  figures.last_number = entry.number;
  figures.last_at = entry.created;
  figures.last_steady_ns = end;
  return Status();
}

void PipelineHost::SaveIfDue() {
  RetryForgetting();
  if (!trouble().empty()) return;
  const int64_t now = options_.clock.steady_ns();
  std::vector<std::shared_ptr<Pipeline>> due;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, pipeline] : pipelines_) {
      const Pipeline::Unsaved unsaved = pipeline->unsaved();
      CheckpointFigures& figures = figures_[id];
      const bool is_time = options_.checkpoint_interval_ns > 0 &&
                           now - figures.last_steady_ns >= options_.checkpoint_interval_ns;
      const bool can = pipeline->state() == Pipeline::State::Running;
      if (!can || !unsaved.any || (!is_time && unsaved.bytes < kMaxUnsavedBytes)) continue;
      figures.last_steady_ns =
          now;  // the next one is not due before this one is written, or has failed
      due.push_back(pipeline);
    }
  }
  for (const auto& pipeline : due) Checkpoint(pipeline, false, [](const CheckpointTaken&) {});
}

bool PipelineHost::SaveAll(int64_t wait_ns) {
  if (!has_store()) return true;
  struct Count {
    std::mutex mutex;
    std::condition_variable changed;
    size_t left = 0;
    bool all_ok = true;
  };
  // Shared with callbacks that may come after the wait.
  const auto count = std::make_shared<Count>();
  std::vector<std::shared_ptr<Pipeline>> unsaved;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, pipeline] : pipelines_) {
      const Pipeline::State state = pipeline->state();
      if ((state == Pipeline::State::Running || state == Pipeline::State::Paused) &&
          pipeline->unsaved().any)
        unsaved.push_back(pipeline);
    }
  }
  count->left = unsaved.size();
  for (const auto& pipeline : unsaved) {
    Checkpoint(pipeline, false, [count](const CheckpointTaken& taken) {
      std::lock_guard lock(count->mutex);
      count->all_ok &= taken.status.ok();
      --count->left;
      count->changed.notify_all();
    });
  }
  std::unique_lock lock(count->mutex);
  return count->changed.wait_for(lock, std::chrono::nanoseconds(wait_ns), [&] {
    return count->left == 0;
  }) && count->all_ok;
}

Result<std::vector<store::CheckpointEntry>> PipelineHost::Checkpoints(
    const Pipeline& pipeline) const {
  if (!has_store()) return std::vector<store::CheckpointEntry>();
  return options_.store->Checkpoints(pipeline.identity().id);
}

Result<state::Checkpoint> PipelineHost::ReadCheckpoint(const Pipeline& pipeline,
                                                       uint64_t number) const {
  if (!has_store())
    return Status(StatusCode::NotFound, "the server has no state directory, so nothing is stored");
  const Result<std::string> bytes = options_.store->ReadCheckpoint(pipeline.identity().id, number);
  if (!bytes.ok()) return bytes.status();
  return state::Decode(bytes.value());
}

void PipelineHost::Persist(std::function<Status(store::Store&)> write,
                           std::function<void(Status)> done) {
  if (!has_store()) return done(Status());
  (void)writer_.Post(
      [this, write = std::move(write), done = std::move(done)] { done(write(*options_.store)); });
}

std::string PipelineHost::trouble() const {
  return has_store() ? options_.store->journal().trouble() : std::string();
}

std::map<std::string, CheckpointFigures> PipelineHost::checkpoint_figures() const {
  std::lock_guard lock(mutex_);
  return figures_;
}

std::optional<TimestampNs> PipelineHost::last_checkpoint(const std::string& id) const {
  std::lock_guard lock(mutex_);
  const auto at = figures_.find(id);
  if (at == figures_.end() || at->second.last_number == 0) return std::nullopt;
  return at->second.last_at;
}

uint64_t PipelineHost::journal_bytes() const {
  return has_store() ? options_.store->journal().bytes() : 0;
}

LatencyHistogram PipelineHost::reload_pauses() const {
  std::lock_guard lock(mutex_);
  return reload_pauses_;
}

}  // namespace varpulis::host
