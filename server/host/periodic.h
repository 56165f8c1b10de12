#pragma once

// Calls a function every so often, on a thread of its own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace varpulis::host {

class Periodic {
 public:
  // `period_ns` between the end of a call and the next one.
  Periodic(int64_t period_ns, std::function<void()> call);
  // A call under way is waited for.
  ~Periodic();
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace varpulis::host
