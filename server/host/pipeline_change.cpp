#include <utility>

#include "server/host/pipeline.h"
#include "server/host/pipeline_connectors.h"

// Another version of the program, or another state, between two records (operations.md 6.3). While the pipeline is
// held no thread runs it, so that whoever keeps or reverts the change may touch what belongs to its thread.

namespace varpulis::host {

void Pipeline::TakeImage(bool with_view, std::function<void(Result<PipelineImage>)> done) {
  std::lock_guard lock(mutex_);
  Push([this, with_view, done = std::move(done)] {
    if (!version_ || !version_->failure().empty()) {
      done(Status(StatusCode::InvalidArgument, "the pipeline has stopped: " + status()));
    } else {
      PipelineImage image = Image();
      if (with_view) image.view = version_->View();
      done(std::move(image));
    }
  });
}

bool Pipeline::BeginChange() {
  std::lock_guard lock(mutex_);
  return !std::exchange(is_changing_, true);
}

void Pipeline::EndChange() {
  std::lock_guard lock(mutex_);
  is_changing_ = false;
}

void Pipeline::Change(VersionChange change, std::function<void(ChangeOutcome)> done) {
  // Controls are copied.
  auto shared = std::make_shared<VersionChange>(std::move(change));
  std::lock_guard lock(mutex_);
  Push([this, shared, done = std::move(done)] {
    ChangeOutcome outcome;
    ChangeNow(*shared, outcome);
    done(std::move(outcome));
  });
}

void Pipeline::ChangeNow(VersionChange& change, ChangeOutcome& outcome) {
  outcome.held_ns = options_.clock.steady_ns();
  const State state = this->state();
  const bool is_gone = !version_ || state == State::Stopped;
  if (is_gone || (!change.restored && !version_->failure().empty())) {
    outcome.status = Status(StatusCode::InvalidArgument, "the pipeline has stopped: " + status());
    return;
  }
  if (!change.restored) {
    outcome.status = change.version->Restore(version_->Save(), version_->counts(), outcome.report);
    if (!outcome.status.ok()) return;
  }
  Publish();
  Swap(change);
  outcome.image = Image();
}

void Pipeline::Swap(VersionChange& change) {
  change.version->sink().GoOnBehind(version_->sink().outputs());
  change.version->sink().set_outlet(options_.connectors.get());
  PipelineReport report;
  change.version->Report(report);
  std::lock_guard lock(mutex_);
  before_ = Before{.version = std::exchange(version_, std::move(change.version)),
                   .program = program_,
                   .generation = generation_,
                   .state = state_,
                   .failure = failure_,
                   .keys = keys_,
                   .report = report_,
                   .earlier = earlier_,
                   .uncounted = uncounted_};
  is_held_ = true;
  PipelineReport counted = report_.Since(uncounted_);
  counted.AddCounters(earlier_);
  earlier_ = std::move(counted);
  report_.streams = std::move(report.streams);
  report_.events_by_type = std::move(report.events_by_type);
  report_.outputs = std::move(report.outputs);
  if (change.restored) {
    keys_.Replace(change.restored->keys, processed_);
    report_.events_processed = change.restored->events_processed;
    report_.output_events = change.restored->output_events;
    if (state_ == State::Failed) state_ = State::Running;
    failure_.clear();
  } else {
    program_ = version_->program();
    ++generation_;
  }
  uncounted_ = report_;
}

void Pipeline::Keep() {
  const std::optional<Before> before = std::exchange(before_, std::nullopt);
  GoLive();
  std::lock_guard lock(mutex_);
  is_held_ = false;
  ScheduleIfNeeded();
}

void Pipeline::Revert() {
  std::unique_ptr<PipelineVersion> unused = std::move(version_);
  std::lock_guard lock(mutex_);
  Before before = std::move(*before_);
  before_.reset();
  version_ = std::move(before.version);
  program_ = std::move(before.program);
  generation_ = before.generation;
  if (state_ != State::Stopped) state_ = before.state;
  failure_ = std::move(before.failure);
  // What was admitted meanwhile stays.
  keys_.Replace(before.keys.UpTo(processed_), processed_);
  const auto rejected = report_.rejected;
  report_ = std::move(before.report);
  report_.rejected = rejected;
  earlier_ = std::move(before.earlier);
  uncounted_ = std::move(before.uncounted);
  is_held_ = false;
  ScheduleIfNeeded();
}

}  // namespace varpulis::host
