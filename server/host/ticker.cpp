#include "server/host/ticker.h"

#include <chrono>
#include <utility>

namespace varpulis::host {

Ticker::Ticker(int64_t period_ns, std::function<void()> tick) {
  thread_ = std::thread([this, period_ns, tick = std::move(tick)] {
    std::unique_lock lock(mutex_);
    const auto is_stopping = [this] { return is_stopping_; };
    while (!changed_.wait_for(lock, std::chrono::nanoseconds(period_ns), is_stopping)) {
      lock.unlock();
      tick();
      lock.lock();
    }
  });
}

Ticker::~Ticker() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace varpulis::host
