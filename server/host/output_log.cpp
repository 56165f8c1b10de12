#include "server/host/output_log.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace varpulis::host {

void OutputLog::Append(const std::vector<OutputPtr>& outputs) {
  if (outputs.empty()) return;
  {
    std::lock_guard lock(mutex_);
    for (const OutputPtr& output : outputs) {
      if (outputs_.size() == limits::kLoggedOutputs) outputs_.pop_front();
      outputs_.push_back(output);
    }
    next_number_ = outputs_.back()->number + 1;
  }
  WakeAll();
}

void OutputLog::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  WakeAll();
}

OutputLog::Reading OutputLog::Read(uint64_t next, size_t most) const {
  std::lock_guard lock(mutex_);
  Reading reading;
  reading.next = std::min(next, next_number_);
  const uint64_t oldest = outputs_.empty() ? next_number_ : outputs_.front()->number;
  if (reading.next < oldest) {
    reading.skipped = oldest - reading.next;
    reading.next = oldest;
  }
  for (const OutputPtr& output : outputs_) {
    if (output->number < reading.next) continue;
    if (reading.outputs.size() == most) break;
    reading.outputs.push_back(output);
  }
  if (!reading.outputs.empty()) reading.next = reading.outputs.back()->number + 1;
  reading.closed = closed_ && reading.next == next_number_;
  return reading;
}

uint64_t OutputLog::next_number() const {
  std::lock_guard lock(mutex_);
  return next_number_;
}

std::vector<OutputPtr> OutputLog::All() const {
  std::lock_guard lock(mutex_);
  return {outputs_.begin(), outputs_.end()};
}

void OutputLog::Load(const std::vector<OutputPtr>& outputs, uint64_t last_number) {
  std::lock_guard lock(mutex_);
  outputs_.assign(outputs.begin(), outputs.end());
  next_number_ = last_number + 1;
}

uint64_t OutputLog::Subscribe(Wake wake) {
  std::lock_guard lock(readers_mutex_);
  readers_.emplace(next_subscription_, std::move(wake));
  return next_subscription_++;
}

void OutputLog::Unsubscribe(uint64_t subscription) {
  std::lock_guard lock(readers_mutex_);
  readers_.erase(subscription);
}

void OutputLog::WakeAll() {
  std::lock_guard lock(readers_mutex_);
  for (const auto& [subscription, wake] : readers_) wake();
}

}  // namespace varpulis::host
