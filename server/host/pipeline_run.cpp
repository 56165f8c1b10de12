#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "server/host/pipeline.h"

// The engine's side: one thread at a time.

namespace varpulis::host {
namespace {

// What streams count is published before every answer of a pipeline that has caught up; of a busy one
// this often.
constexpr int64_t kPublishEveryNs = 50 * kNsPerMs;
// Programs of so many streams are published whenever they have caught up.
constexpr size_t kCheapStreams = 256;

int64_t InMicroseconds(int64_t ns) { return ns / kNsPerUs; }

}  // namespace

bool Pipeline::TakeNext() {
  std::lock_guard lock(mutex_);
  if (mailbox_.empty() || is_held_) {
    scheduled_ = false;
    return false;
  }
  current_ = std::move(mailbox_.front());
  mailbox_.pop_front();
  has_current_ = true;
  return true;
}

// Whether an output has no room: then there is no turn until it has. One that is stopped drains without.
bool Pipeline::Rests() {
  if (!options_.connectors || options_.connectors->HasRoom()) return false;
  std::lock_guard lock(mutex_);
  // Looked at again where WakeUp cannot come in between.
  if (state_ == State::Stopped || options_.connectors->HasRoom()) return false;
  resting_ = true;
  scheduled_ = false;
  return true;
}

bool Pipeline::RunOne() {
  if (Rests()) return false;
  if (!has_current_ && !TakeNext()) return false;
  if (const auto* control = std::get_if<Control>(&current_)) {
    (*control)();
    current_ = Control();
    has_current_ = false;
    return true;
  }
  Record& record = *std::get<std::shared_ptr<Record>>(current_);
  if (IsDraining() || !version_->failure().empty()) {
    Drop(record);
  } else if (record.next < record.injection.events.size()) {
    RunBatch(record, false);
  }
  const bool done = record.next == record.injection.events.size();
  if (done) {
    Finish(record);
    current_ = Control();
    has_current_ = false;
  }
  return true;
}

// Whether the time to finish what was admitted is over.
bool Pipeline::IsDraining() const {
  std::lock_guard lock(mutex_);
  return drain_until_ns_ != 0 && options_.clock.steady_ns() >= drain_until_ns_;
}

void Pipeline::RunBatch(Record& record, bool is_replay) {
  ProgramSink& sink = version_->sink();
  if (record.next == 0) sink.BeginAnswer();
  const size_t first = record.next;
  const uint64_t outputs_before = sink.outputs();
  record.next = version_->Step(record.injection, first, record.stamp);
  if (!is_replay) {
    const int64_t now = options_.clock.steady_ns();
    version_->Observe(static_cast<double>(now - record.admitted_ns) / 1e9);
    version_->TraceRuns(identity_.id);
  }
  log_.Append(sink.TakeForLog());
  NoteArrival();
  Account(record.next - first, sink.outputs() - outputs_before);
}

void Pipeline::Account(uint64_t events, uint64_t outputs) {
  identity_.tenant->CountProcessed(events, outputs);
  const std::string failure = version_->failure();
  std::lock_guard lock(mutex_);
  report_.events_processed += events;
  report_.output_events += outputs;
  charged_.events_processed += events;
  charged_.output_events_emitted += outputs;
  queued_events_ -= events;
  if (failure.empty()) return;
  if (state_ != State::Stopped) state_ = State::Failed;
  failure_ = failure;
}

// What the program does not come to any more.
void Pipeline::Drop(Record& record) {
  const uint64_t events = record.injection.events.size() - record.next;
  record.next = record.injection.events.size();
  record.outcome.failure = version_->failure();
  if (record.outcome.failure.empty()) record.outcome.failure = "the pipeline was deleted";
  std::lock_guard lock(mutex_);
  queued_events_ -= events;
}

void Pipeline::Finish(Record& record) {
  if (record.number != 0) {
    processed_ = record.number;
    processed_stamp_ = record.stamp;
  }
  if (!record.injection.events.empty()) {
    ProgramSink::Answer answer = version_->sink().TakeAnswer();
    record.outcome.outputs = std::move(answer.outputs);
    record.outcome.outputs_truncated = answer.truncated;
  }
  // The batch that stopped the program has been told to nobody yet.
  if (record.outcome.failure.empty() && !record.outcome.duplicate)
    record.outcome.failure = version_->failure();
  const int64_t now = options_.clock.steady_ns();
  if (!record.outcome.duplicate)
    record.outcome.processing_us = InMicroseconds(now - record.admitted_ns);
  {
    std::lock_guard lock(mutex_);
    queued_bytes_ -= record.injection.text.size();
  }
  PublishIfWorthIt(now);
  record.done(std::move(record.outcome));
}

void Pipeline::PublishIfWorthIt(int64_t now_ns) {
  bool wanted = now_ns - published_ns_ >= kPublishEveryNs;
  {
    std::lock_guard lock(mutex_);
    wanted |= mailbox_.empty() && version_->program()->plan.streams.size() <= kCheapStreams;
    stale_ = !wanted;
  }
  if (wanted) Publish();
}

void Pipeline::Publish() {
  if (!version_) return;
  published_ns_ = options_.clock.steady_ns();
  PipelineReport streams;
  streams.peak_runs = report_.peak_runs;  // written by this thread only
  version_->Report(streams);
  std::lock_guard lock(mutex_);
  stale_ = false;
  report_.peak_runs = streams.peak_runs;
  report_.events_by_type = std::move(streams.events_by_type);
  report_.streams = std::move(streams.streams);
  report_.outputs = std::move(streams.outputs);
}

}  // namespace varpulis::host
