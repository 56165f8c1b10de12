#include "cli/signals.h"

#include <csignal>
#include <cstdlib>

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"

namespace varpulis::cli {
namespace {

sigset_t Watched(Signals::Hangup hangup) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR2}) sigaddset(&set, signal);
  if (hangup == Signals::Hangup::Reported) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Signals::Signals(Hangup hangup) : hangup_(hangup), stop_fd_(eventfd(0, EFD_CLOEXEC)) {
  VPL_CHECK(stop_fd_ >= 0, "no descriptor is left");
  const sigset_t set = Watched(hangup_);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::~Signals() {
  if (thread_.joinable()) {
    // Of no meaning but to wake the thread, which this object is the last to need.
    pthread_kill(thread_.native_handle(), SIGUSR2);
    thread_.join();
  }
  close(stop_fd_);
}

void Signals::Start(std::function<void()> on_hangup) {
  thread_ = std::thread([this, on_hangup = std::move(on_hangup)] { Run(on_hangup); });
}

void Signals::Run(const std::function<void()>& on_hangup) {
  const sigset_t set = Watched(hangup_);
  for (int signal = 0; sigwait(&set, &signal) == 0;) {
    if (signal == SIGUSR2) return;
    if (signal == SIGHUP) {
      // Once asked to stop, what it would read again for is being taken down. Only this thread sets it.
      if (signal_ == 0) on_hangup();
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (signal_ != 0) std::_Exit(128 + signal);
    signal_ = signal;
    (void)eventfd_write(stop_fd_, 1);
    stop_.notify_all();
  }
}

void Signals::WaitForStop() {
  std::unique_lock lock(mutex_);
  stop_.wait(lock, [this] { return signal_ != 0; });
}

bool Signals::WaitForStopUntil(std::chrono::steady_clock::time_point time) {
  std::unique_lock lock(mutex_);
  return stop_.wait_until(lock, time, [this] { return signal_ != 0; });
}

const char* Signals::stopped_by() {
  const std::lock_guard lock(mutex_);
  if (signal_ == 0) return nullptr;
  return signal_ == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace varpulis::cli
