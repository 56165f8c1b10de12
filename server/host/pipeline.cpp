#include "server/host/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "server/host/scheduler.h"

// The door: what other threads call.

namespace varpulis::host {

Pipeline::Pipeline(PipelineIdentity identity, std::unique_ptr<PipelineVersion> version,
                   PipelineOptions options, Scheduler& scheduler)
    : identity_(std::move(identity)),
      options_(std::move(options)),
      scheduler_(scheduler),
      program_(version->program()),
      version_(std::move(version)) {
  version_->sink().set_outlet(options_.connectors.get());
  version_->Report(report_);
}

Pipeline::~Pipeline() = default;

Pipeline::State Pipeline::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

std::string Pipeline::status() const {
  std::lock_guard lock(mutex_);
  switch (state_) {
    case State::Running:
      return "running";
    case State::Paused:
      return "paused";
    case State::Stopped:
      return "stopped";
    case State::Failed:
      return "error: " + failure_;
  }
  return "stopped";
}

// Under mutex_.
void Pipeline::Push(Work work) {
  mailbox_.push_back(std::move(work));
  if (scheduled_) return;
  scheduled_ = true;
  scheduler_.Schedule(shared_from_this());
}

// Under mutex_.
Admission Pipeline::Check(const InjectRequest& request) const {
  if (state_ != State::Running) return Admission::NotRunning;
  const bool too_many = options_.max_queue_depth > 0 && queued_events_ >= options_.max_queue_depth;
  const bool too_large =
      queued_bytes_ > 0 && queued_bytes_ + request.injection.text.size() > limits::kMaxQueuedBytes;
  return too_many || too_large ? Admission::QueueFull : Admission::Admitted;
}

Admission Pipeline::Admit(InjectRequest request) {
  auto record = std::make_unique<Record>();
  record->done = std::move(request.done);
  std::lock_guard lock(mutex_);
  if (const Admission verdict = Check(request); verdict != Admission::Admitted) {
    if (verdict == Admission::QueueFull && !request.from_source) {
      report_.rejected[static_cast<size_t>(RejectReason::Queue)] += request.injection.events.size();
    }
    return verdict;
  }
  if (!request.idempotency_key.empty()) {
    if (const auto answered = keys_.Find(request.idempotency_key)) {
      // Its answer comes when that of the first one has: then what it says is true.
      record->outcome.accepted = answered->accepted;
      record->outcome.refusals = answered->refusals;
      record->outcome.duplicate = true;
      Push(std::move(record));
      return Admission::Admitted;
    }
  }
  io::Injection& injection = request.injection;
  const TimestampNs now = options_.clock.wall();
  const size_t offered = injection.events.size();
  const size_t granted = identity_.tenant->GrantEvents(offered, now);
  if (granted < offered && request.from_source) {
    identity_.tenant->ReturnEvents(granted);
    return Admission::RateLimited;
  }
  if (granted < offered) {
    report_.rejected[static_cast<size_t>(RejectReason::Rate)] += offered - granted;
    if (granted == 0) return Admission::RateLimited;
    for (size_t i = granted; i < offered; ++i) {
      injection.Refuse(injection.events[i].index, io::Refusal::Rate,
                       "the tenant's limit of events per second is reached");
    }
    injection.events.resize(granted);
  }
  // A clock that was set back must not let an event come before one that has arrived (decision E11).
  last_stamp_ = std::max(last_stamp_, now);
  record->stamp = last_stamp_;
  record->admitted_ns = options_.clock.steady_ns();
  record->outcome.accepted = granted;
  record->outcome.refusals = injection.refusals;
  record->outcome.refused = std::move(injection.refused);
  record->injection = std::move(injection);
  if (!request.idempotency_key.empty()) {
    keys_.Add(request.idempotency_key, {granted, record->outcome.refusals});
  }
  queued_events_ += granted;
  queued_bytes_ += record->injection.text.size();
  Push(std::move(record));
  return Admission::Admitted;
}

bool Pipeline::IsOpen() const {
  std::lock_guard lock(mutex_);
  return !resting_ && Check({}) == Admission::Admitted;
}

void Pipeline::WakeUp() {
  std::lock_guard lock(mutex_);
  if (!resting_) return;
  resting_ = false;
  if (scheduled_) return;
  scheduled_ = true;
  scheduler_.Schedule(shared_from_this());
}

bool Pipeline::IsResting() const {
  std::lock_guard lock(mutex_);
  return resting_;
}

void Pipeline::CountRejected(RejectReason reason, uint64_t events) {
  std::lock_guard lock(mutex_);
  report_.rejected[static_cast<size_t>(reason)] += events;
}

bool Pipeline::Pause(std::function<void()> done) {
  std::lock_guard lock(mutex_);
  if (state_ != State::Running) return false;
  state_ = State::Paused;
  Push(std::move(done));
  return true;
}

bool Pipeline::Resume() {
  std::lock_guard lock(mutex_);
  if (state_ != State::Paused) return false;
  state_ = State::Running;
  return true;
}

void Pipeline::Stop(int64_t drain_ns, std::function<void()> done) {
  std::lock_guard lock(mutex_);
  state_ = State::Stopped;
  drain_until_ns_ = options_.clock.steady_ns() + drain_ns;
  Push([this, done = std::move(done)] {
    Publish();
    version_.reset();
    log_.Close();
    done();
  });
}

void Pipeline::Promote(const kernel::KernelTable& kernels) {
  std::lock_guard lock(mutex_);
  if (state_ == State::Stopped) return;
  Push([this, kernels] { version_->Promote(kernels); });
}

PipelineReport Pipeline::report() {
  std::lock_guard lock(mutex_);
  if (stale_ && !scheduled_ && state_ != State::Stopped) Push([this] { Publish(); });
  PipelineReport report = report_;
  report.queue_size = queued_events_;
  if (options_.connectors) report.connectors = options_.connectors->report();
  return report;
}

}  // namespace varpulis::host
