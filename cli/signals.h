#pragma once

// SIGTERM and SIGINT ask a command to stop in good order, a second one ends it at once; SIGHUP asks a daemon to
// read its configuration again.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace varpulis::cli {

// Make it before any other thread: threads take over which signals are blocked.
class Signals {
 public:
  // What SIGHUP does: it is reported, or what it does to a command that knows nothing of it.
  enum class Hangup { Reported, Default };

  explicit Signals(Hangup hangup);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // `on_hangup` is called on a thread of its own.
  void Start(std::function<void()> on_hangup = {});
  // From any thread.
  void WaitForStop();
  // True if the command was asked to stop, at once or until then.
  bool WaitForStopUntil(std::chrono::steady_clock::time_point time);
  // `SIGTERM` or `SIGINT`; null if nobody has asked.
  const char* stopped_by();
  // A descriptor that has something to read once the command was asked to stop; lives as long as this object.
  int stop_fd() const { return stop_fd_; }

 private:
  void Run(const std::function<void()>& on_hangup);

  const Hangup hangup_;
  const int stop_fd_;
  std::mutex mutex_;
  std::condition_variable stop_;
  int signal_ = 0;  // 0: none yet
  std::thread thread_;
};

}  // namespace varpulis::cli
