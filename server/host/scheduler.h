#pragma once

// Threads that run pipelines: one batch of one pipeline per turn (decision E23), those that have work
// in the order in which they got it.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace varpulis::host {

class Pipeline;

class Scheduler {
 public:
  explicit Scheduler(unsigned threads);
  // Waits for the turns that are under way.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // The pipeline has work; it must not be scheduled already, so that each stands in line once.
  void Schedule(std::shared_ptr<Pipeline> pipeline);
  // Returns when no pipeline has work any more, or after `wait_ns`. True: none has.
  bool WaitUntilIdle(int64_t wait_ns);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<std::shared_ptr<Pipeline>> line_;
  unsigned running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace varpulis::host
