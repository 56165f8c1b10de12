#include "cli/serve/signals.h"

#include <csignal>
#include <cstdlib>

#include <pthread.h>

namespace varpulis::cli {
namespace {

sigset_t Watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = Watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::~Signals() {
  if (!thread_.joinable()) return;
  // Of no meaning but to wake the thread, which this object is the last to need.
  pthread_kill(thread_.native_handle(), SIGUSR2);
  thread_.join();
}

void Signals::Start(std::function<void()> on_hangup) {
  thread_ = std::thread([this, on_hangup = std::move(on_hangup)] { Run(on_hangup); });
}

void Signals::Run(const std::function<void()>& on_hangup) {
  const sigset_t set = Watched();
  for (int signal = 0; sigwait(&set, &signal) == 0;) {
    if (signal == SIGUSR2) return;
    if (signal == SIGHUP) {
      // Once asked to stop, what it would read again for is being taken down. Only this thread sets it.
      if (!stopping_) on_hangup();
      continue;
    }
    std::lock_guard lock(mutex_);
    if (stopping_) std::_Exit(128 + signal);
    stopping_ = true;
    stop_.notify_all();
  }
}

void Signals::WaitForStop() {
  std::unique_lock lock(mutex_);
  stop_.wait(lock, [this] { return stopping_; });
}

}  // namespace varpulis::cli
