#include <algorithm>
#include <utility>

#include "server/host/pipeline.h"

// From an earlier process to this one (decision E7). Nobody else knows the pipeline yet, so the thread that
// recovers it is the one that runs it.

namespace varpulis::host {

void Pipeline::BeginReplay(const HostState& state) {
  version_->sink().set_silent(true);
  version_->sink().GoOnBehind(state.last_output);
  log_.Load(state.logged, state.last_output);
  processed_ = state.record;
  processed_stamp_ = state.stamp;
  identity_.tenant->CountProcessed(state.charged_events, state.charged_outputs);
  std::lock_guard lock(mutex_);
  last_number_ = state.record;
  saved_record_ = state.record;
  last_stamp_ = state.stamp;
  keys_.Replace(state.keys, state.record);
  report_.events_processed = state.events_processed;
  report_.output_events = state.output_events;
  charged_ = {state.charged_events, state.charged_outputs, 0};
}

void Pipeline::Replay(uint64_t number, JournalRecord journaled) {
  Record record;
  record.number = number;
  record.stamp = journaled.stamp;
  record.injection = std::move(journaled.injection);
  record.outcome.accepted = record.injection.events.size();
  record.outcome.refusals = journaled.refusals;
  record.done = [](const InjectOutcome&) {};
  {
    std::lock_guard lock(mutex_);
    last_number_ = number;
    last_stamp_ = std::max(last_stamp_, journaled.stamp);
    queued_events_ += record.injection.events.size();
    queued_bytes_ += record.injection.text.size();
    if (!journaled.idempotency_key.empty()) {
      keys_.Add(journaled.idempotency_key, {record.outcome.accepted, journaled.refusals}, number);
    }
  }
  while (record.next < record.injection.events.size()) {
    if (version_->failure().empty()) {
      RunBatch(record, true);
    } else {
      Drop(record);
    }
  }
  (void)version_->sink().TakeAnswer();
  processed_ = number;
  processed_stamp_ = journaled.stamp;
  std::lock_guard lock(mutex_);
  queued_bytes_ -= record.injection.text.size();
}

void Pipeline::EndReplay(bool is_paused) {
  version_->sink().set_silent(false);
  Publish();
  std::lock_guard lock(mutex_);
  uncounted_ = report_;
  if (is_paused && state_ == State::Running) state_ = State::Paused;
}

void Pipeline::GiveUp(std::string failure) {
  version_.reset();
  std::lock_guard lock(mutex_);
  state_ = State::Failed;
  failure_ = std::move(failure);
}

PipelineImage Pipeline::Image() {
  PipelineImage image;
  image.checkpoint = version_->Save();
  HostState host;
  host.record = image.record = processed_;
  host.stamp = processed_stamp_;
  host.last_output = version_->sink().outputs();
  host.logged = log_.All();
  host.counts = version_->counts();
  image.checkpoint.engine = options_.engine;
  image.checkpoint.created = options_.clock.wall();
  std::lock_guard lock(mutex_);
  image.generation = generation_;
  image.program = program_;
  image.events = host.events_processed = report_.events_processed;
  host.output_events = report_.output_events;
  host.charged_events = charged_.events_processed;
  host.charged_outputs = charged_.output_events_emitted;
  host.keys = keys_.UpTo(processed_);
  image.checkpoint.program = state::Checksum(program_->source);
  image.checkpoint.sections.push_back(Save(host));
  return image;
}

}  // namespace varpulis::host
