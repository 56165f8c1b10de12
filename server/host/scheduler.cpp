#include "server/host/scheduler.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/host/pipeline.h"

namespace varpulis::host {

Scheduler::Scheduler(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1u); ++i) threads_.emplace_back([this] { Run(); });
}

Scheduler::~Scheduler() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Scheduler::Schedule(std::shared_ptr<Pipeline> pipeline) {
  {
    std::lock_guard lock(mutex_);
    line_.push_back(std::move(pipeline));
  }
  work_.notify_one();
}

bool Scheduler::WaitUntilIdle(int64_t wait_ns) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, std::chrono::nanoseconds(wait_ns),
                        [this] { return line_.empty() && running_ == 0; });
}

void Scheduler::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !line_.empty(); });
    if (stopping_) return;
    std::shared_ptr<Pipeline> pipeline = std::move(line_.front());
    line_.pop_front();
    ++running_;
    lock.unlock();
    const bool more = pipeline->RunOne();
    if (!more) pipeline.reset();  // may be its end, which takes no lock
    lock.lock();
    --running_;
    if (more) line_.push_back(std::move(pipeline));
    if (line_.empty() && running_ == 0) idle_.notify_all();
  }
}

}  // namespace varpulis::host
