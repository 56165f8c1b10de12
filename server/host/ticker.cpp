#include "server/host/ticker.h"

#include <algorithm>
#include <chrono>

#include "server/host/pipeline.h"

namespace varpulis::host {

namespace {

// The wall clock may be set while it is waited for: it is looked at this often.
constexpr int64_t kLookAgainNs = kNsPerSecond;

}  // namespace

Ticker::Ticker(HostClock clock) : clock_(std::move(clock)), thread_([this] { Run(); }) {}

void Ticker::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  earlier_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Ticker::At(TimestampNs time, const std::shared_ptr<Pipeline>& pipeline) {
  const uint64_t number = pipeline->identity().number;
  std::lock_guard lock(mutex_);
  const auto [call, is_new] = calls_.try_emplace(number, Call{time, pipeline});
  if (!is_new) by_time_.erase({call->second.time, number});
  call->second.time = time;
  by_time_.insert({time, number});
  if (by_time_.begin()->second == number) earlier_.notify_one();
}

void Ticker::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (by_time_.empty()) {
      earlier_.wait(lock);
      continue;
    }
    const auto [time, number] = *by_time_.begin();
    const int64_t left = base::TimeBetween(clock_.wall(), time);
    if (left > 0) {
      earlier_.wait_for(lock, std::chrono::nanoseconds(std::min(left, kLookAgainNs)));
      continue;
    }
    const std::shared_ptr<Pipeline> pipeline = calls_.at(number).pipeline.lock();
    calls_.erase(number);
    by_time_.erase(by_time_.begin());
    lock.unlock();
    if (pipeline) pipeline->Tick();
    lock.lock();
  }
}

}  // namespace varpulis::host
