#include <algorithm>
#include <utility>

#include "server/host/pipeline.h"
#include "server/host/ticker.h"

// Time goes on without events: what falls due by the host's clock is one more thing in the mailbox.

namespace varpulis::host {

namespace {

// After events something new may fall due; that is looked for this much later, or after the grace if that is
// shorter (language-later.md 6.1: at most a second).
constexpr DurationNs kLookAfter = kNsPerSecond;
// Between two calls, whatever falls due.
constexpr DurationNs kLeastPause = kNsPerMs;

}  // namespace

void Pipeline::BeginTime() {
  std::lock_guard lock(mutex_);
  PushBeginTime();
}

// Under mutex_.
void Pipeline::PushBeginTime() {
  if (options_.ticker != nullptr) Push([this] { GoLive(); });
}

// The pipeline's thread, or nobody else's.
void Pipeline::GoLive() {
  if (options_.ticker == nullptr || !version_) return;
  version_->GoLive(options_.idle_grace, options_.clock.wall());
  tick_at_ = kTimeMax;
  RequestTick(version_->next_tick());
}

void Pipeline::Tick() {
  std::lock_guard lock(mutex_);
  if (state_ == State::Running) Push([this] { RunTick(); });
}

// The pipeline's thread.
void Pipeline::RunTick() {
  if (!version_) return;
  ProgramSink& sink = version_->sink();
  const uint64_t outputs_before = sink.outputs();
  const TimestampNs now = options_.clock.wall();
  tick_at_ = kTimeMax;
  version_->Tick(now);
  log_.Append(sink.TakeForLog());
  Account(0, sink.outputs() - outputs_before);
  PublishIfWorthIt(options_.clock.steady_ns());
  if (version_->failure().empty())
    RequestTick(std::max(version_->next_tick(), base::Later(now, kLeastPause)));
}

// Events have come.
void Pipeline::NoteArrival() {
  if (options_.ticker == nullptr || !version_->has_time()) return;
  const TimestampNs now = options_.clock.wall();
  version_->Arrive(now);
  const DurationNs grace = options_.idle_grace;
  if (grace > 0) RequestTick(base::Later(now, std::min(grace, kLookAfter)));
}

void Pipeline::RequestTick(TimestampNs time) {
  if (time >= tick_at_) return;
  tick_at_ = time;
  options_.ticker->At(time, shared_from_this());
}

}  // namespace varpulis::host
