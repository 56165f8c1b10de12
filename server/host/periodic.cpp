#include "server/host/periodic.h"

#include <chrono>
#include <utility>

namespace varpulis::host {

Periodic::Periodic(int64_t period_ns, std::function<void()> call) {
  thread_ = std::thread([this, period_ns, call = std::move(call)] {
    std::unique_lock lock(mutex_);
    const auto is_stopping = [this] { return is_stopping_; };
    while (!changed_.wait_for(lock, std::chrono::nanoseconds(period_ns), is_stopping)) {
      lock.unlock();
      call();
      lock.lock();
    }
  });
}

Periodic::~Periodic() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace varpulis::host
