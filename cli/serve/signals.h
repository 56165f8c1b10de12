#pragma once

// SIGTERM and SIGINT ask a daemon to stop, a second one ends it at once; SIGHUP asks it to read its
// configuration again.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace varpulis::cli {

// Make it before any other thread: threads take over which signals are blocked.
class Signals {
 public:
  // `on_hangup` is called on a thread of its own.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  void Start(std::function<void()> on_hangup);
  void WaitForStop();

 private:
  void Run(const std::function<void()>& on_hangup);

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace varpulis::cli
