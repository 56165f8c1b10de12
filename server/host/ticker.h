#pragma once

// Calls a function every so often, on a thread of its own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace varpulis::host {

class Ticker {
 public:
  // `period_ns` between the end of a call and the next one.
  Ticker(int64_t period_ns, std::function<void()> tick);
  // A call under way is waited for.
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace varpulis::host
