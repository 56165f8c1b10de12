#include "server/host/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "runtime/io/injection_bytes.h"
#include "server/host/scheduler.h"

// The door: what other threads call.

namespace varpulis::host {

Pipeline::Pipeline(PipelineIdentity identity, PipelineStart start, PipelineOptions options,
                   Scheduler& scheduler)
    : identity_(std::move(identity)),
      options_(std::move(options)),
      scheduler_(scheduler),
      program_(std::move(start.program)),
      generation_(start.generation),
      failure_(std::move(start.failure)),
      version_(std::move(start.version)) {
  if (version_) {
    version_->sink().set_outlet(options_.connectors.get());
    version_->Report(report_);
  } else {
    state_ = State::Failed;
  }
}

Pipeline::~Pipeline() = default;

std::shared_ptr<const Program> Pipeline::program() const {
  std::lock_guard lock(mutex_);
  return program_;
}

uint64_t Pipeline::generation() const {
  std::lock_guard lock(mutex_);
  return generation_;
}

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
  ScheduleIfNeeded();
}

// Under mutex_.
void Pipeline::ScheduleIfNeeded() {
  if (scheduled_ || is_held_ || mailbox_.empty()) return;
  scheduled_ = true;
  scheduler_.Schedule(shared_from_this());
}

// Behind everything that was admitted before; not under mutex_.
void Pipeline::PushBehind(Control control) {
  const auto push = [self = shared_from_this(), control = std::move(control)](const Status&) {
    std::lock_guard lock(self->mutex_);
    self->Push(control);
  };
  if (options_.journal != nullptr) {
    options_.journal->AfterAll(push);
  } else {
    push(Status());
  }
}

// Under mutex_, so that records come to the journal in the order of their numbers.
void Pipeline::Hand(std::shared_ptr<Record> record, std::string_view events) {
  if (options_.journal == nullptr) return Push(std::move(record));
  std::string bytes;
  if (!record->outcome.duplicate) {
    bytes = EncodeEvents({.stamp = record->stamp,
                          .admitted = record->injection.events.size(),
                          .refusals = record->outcome.refusals,
                          .idempotency_key = record->idempotency_key},
                         events);
    unsaved_bytes_ += bytes.size();
  }
  const uint64_t number = record->number;
  options_.journal->Append(identity_.id, number, std::move(bytes),
                           [self = shared_from_this(), record = std::move(record)](
                               const Status& status) { self->Arrive(record, status); });
}

// The record is durable, or will never be.
void Pipeline::Arrive(const std::shared_ptr<Record>& record, const Status& status) {
  const bool is_repeat = record->outcome.duplicate;
  const size_t events = record->injection.events.size();
  {
    std::lock_guard lock(mutex_);
    // What a repeated request says is true only if the first one was written.
    if (status.ok() && (!is_repeat || keys_.Find(record->idempotency_key))) {
      if (record->is_durable) *record->is_durable = true;
      return Push(record);
    }
    if (!is_repeat) {
      keys_.Remove(record->idempotency_key);
      queued_events_ -= events;
      queued_bytes_ -= record->injection.text.size();
    }
  }
  identity_.tenant->ReturnEvents(events);
  record->outcome.not_stored =
      status.ok() ? "the request that this one repeats could not be stored" : status.message();
  record->done(std::move(record->outcome));
}

// Under mutex_.
Admission Pipeline::Check(const InjectRequest& request) const {
  if (state_ != State::Running) return Admission::NotRunning;
  if (options_.journal != nullptr && !options_.journal->trouble().empty())
    return Admission::NotStored;
  const bool too_many = options_.max_queue_depth > 0 && queued_events_ >= options_.max_queue_depth;
  const bool too_large =
      queued_bytes_ > 0 && queued_bytes_ + request.injection.text.size() > limits::kMaxQueuedBytes;
  return too_many || too_large ? Admission::QueueFull : Admission::Admitted;
}

Admission Pipeline::Admit(InjectRequest request) {
  auto record = std::make_shared<Record>();
  record->done = std::move(request.done);
  record->is_durable = std::move(request.is_durable);
  record->idempotency_key = std::move(request.idempotency_key);
  const std::string& key = record->idempotency_key;
  std::string events;
  if (options_.journal != nullptr) events = io::EncodeInjection(request.injection);
  std::lock_guard lock(mutex_);
  if (const Admission verdict = Check(request); verdict != Admission::Admitted) {
    if (verdict == Admission::QueueFull && !request.from_source) {
      report_.rejected[static_cast<size_t>(RejectReason::Queue)] += request.injection.events.size();
    }
    return verdict;
  }
  if (!key.empty()) {
    if (const auto answered = keys_.Find(key)) {
      // Its answer comes when that of the first one has: then what it says is true.
      record->outcome.accepted = answered->accepted;
      record->outcome.refusals = answered->refusals;
      record->outcome.duplicate = true;
      Hand(std::move(record), {});
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
  record->number = ++last_number_;
  record->outcome.accepted = granted;
  record->outcome.refusals = injection.refusals;
  record->outcome.refused = std::move(injection.refused);
  record->injection = std::move(injection);
  if (!key.empty()) keys_.Add(key, {granted, record->outcome.refusals}, record->number);
  queued_events_ += granted;
  queued_bytes_ += record->injection.text.size();
  Hand(std::move(record), events);
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
  {
    std::lock_guard lock(mutex_);
    if (state_ != State::Running) return false;
    state_ = State::Paused;
  }
  PushBehind(std::move(done));
  return true;
}

bool Pipeline::Resume() {
  std::lock_guard lock(mutex_);
  if (state_ != State::Paused) return false;
  state_ = State::Running;
  PushBeginTime();
  return true;
}

void Pipeline::Stop(int64_t drain_ns, std::function<void()> done) {
  {
    std::lock_guard lock(mutex_);
    state_ = State::Stopped;
    drain_until_ns_ = options_.clock.steady_ns() + drain_ns;
  }
  PushBehind([this, done = std::move(done)] {
    Publish();
    version_.reset();
    log_.Close();
    done();
  });
}

void Pipeline::Promote(const std::shared_ptr<const Program>& program,
                       const kernel::KernelTable& kernels) {
  std::lock_guard lock(mutex_);
  if (state_ == State::Stopped) return;
  Push([this, program, kernels] {
    if (version_ && version_->program() == program) version_->Promote(kernels);
  });
}

PipelineReport Pipeline::report() {
  std::lock_guard lock(mutex_);
  if (stale_ && !scheduled_ && state_ != State::Stopped) Push([this] { Publish(); });
  PipelineReport report = report_;
  report.queue_size = queued_events_;
  if (options_.connectors) report.connectors = options_.connectors->report();
  return report;
}

PipelineReport Pipeline::metered() {
  const PipelineReport now = report();
  std::lock_guard lock(mutex_);
  PipelineReport metered = now.Since(uncounted_);
  metered.AddCounters(earlier_);
  return metered;
}

auth::Usage Pipeline::charged() const {
  std::lock_guard lock(mutex_);
  return charged_;
}

Pipeline::Unsaved Pipeline::unsaved() const {
  std::lock_guard lock(mutex_);
  return {last_number_ != saved_record_, unsaved_bytes_};
}

void Pipeline::CountSaved(uint64_t record) {
  std::lock_guard lock(mutex_);
  saved_record_ = record;
  unsaved_bytes_ = 0;
}

}  // namespace varpulis::host
