#include "connectors/delivery/source_worker.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace varpulis::connectors {
namespace {

const log::Target kLog("varpulis_runtime::connector");

constexpr DurationNs kPollTime = 200 * kNsPerMs;
constexpr int64_t kClosedMs = 20;  // until the intake is asked again

int64_t SteadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

SourceWorker::SourceWorker(std::unique_ptr<Source> source, WorkerIdentity identity,
                           BackoffSettings backoff)
    : source_(std::move(source)), identity_(std::move(identity)), backoff_(backoff) {
  connector_.name = identity_.connector;
  connector_.kind = identity_.kind;
}

SourceWorker::~SourceWorker() { Stop(); }

void SourceWorker::Start(Intake& intake) {
  std::lock_guard lock(mutex_);
  if (stop_) return;
  thread_ = std::thread([this, &intake] { Run(intake); });
}

void SourceWorker::Stop() {
  {
    std::lock_guard lock(mutex_);
    // Of several callers the first one ends the thread.
    if (stop_.exchange(true)) return;
  }
  if (thread_.joinable()) thread_.join();
}

ConnectorReport SourceWorker::connector() const {
  std::lock_guard lock(mutex_);
  return connector_;
}

void SourceWorker::Run(Intake& intake) {
  std::vector<IncomingPayload> payloads;
  while (!stop_) {
    if (!intake.IsOpen()) {
      source_->Idle();
      Deadline(kNsPerSecond, stop_).Sleep(kClosedMs);
      continue;
    }
    payloads.clear();
    Status status = source_->Poll(payloads, Deadline(kPollTime, stop_));
    if (!payloads.empty()) {
      Received(payloads.size());
      if (!Offer(intake, std::move(payloads))) return;
      Status committed = source_->Commit();
      if (status.ok()) status = std::move(committed);
      payloads = {};
    }
    Note(status);
    if (status.ok()) {
      backoff_.Reset();
    } else {
      Deadline(2 * 30 * kNsPerSecond, stop_).Sleep(backoff_.Next() / kNsPerMs);
    }
  }
}

// Until all are taken and processed; false: it is to stop before.
bool SourceWorker::Offer(Intake& intake, std::vector<IncomingPayload> payloads) {
  while (!payloads.empty()) {
    const auto batch = std::make_shared<Batch>();
    const size_t taken = intake.Take(payloads, [batch] {
      std::lock_guard lock(batch->mutex);
      batch->is_done = true;
      batch->changed.notify_all();
    });
    if (taken > 0 && !WaitUntilDone(*batch)) return false;
    payloads.erase(payloads.begin(), payloads.begin() + static_cast<ptrdiff_t>(taken));
    if (taken > 0) continue;
    source_->Idle();
    Deadline(kNsPerSecond, stop_).Sleep(kClosedMs);
    if (stop_) return false;
  }
  return true;
}

bool SourceWorker::WaitUntilDone(Batch& batch) {
  std::unique_lock lock(batch.mutex);
  while (!batch.is_done) {
    const auto done = [&] { return batch.is_done; };
    if (batch.changed.wait_for(lock, std::chrono::milliseconds(100), done)) break;
    if (stop_) return false;
    lock.unlock();
    source_->Idle();
    lock.lock();
  }
  return true;
}

void SourceWorker::Received(size_t messages) {
  std::lock_guard lock(mutex_);
  connector_.messages += messages;
  connector_.last_message_ns = SteadyNow();
}

// Changes of the connection are told, not every attempt.
void SourceWorker::Note(const Status& status) {
  const bool connected = status.ok() && source_->connected();
  bool has_changed = false;
  {
    std::lock_guard lock(mutex_);
    has_changed = connector_.connected != connected ||
                  (!status.ok() && connector_.last_error != status.message());
    connector_.connected = connected;
    if (!status.ok()) connector_.last_error = status.message();
    if (connected) connector_.last_error.clear();
  }
  if (!has_changed) return;
  if (connected) {
    VPL_LOG(kLog, Info, "Connector connected", {"connector", identity_.connector},
            {"connector_type", identity_.kind}, {"pipeline_id", identity_.pipeline_id});
  } else if (!status.ok()) {
    VPL_LOG(kLog, Warn, "Connector not connected", {"connector", identity_.connector},
            {"connector_type", identity_.kind}, {"pipeline_id", identity_.pipeline_id},
            {"error", status.message()});
  }
}

}  // namespace varpulis::connectors
