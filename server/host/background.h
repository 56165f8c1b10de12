#pragma once

// Work that takes long and that nobody who handles events may wait for, on threads of its own.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace varpulis::host {

class Background {
 public:
  // At most `most_waiting` jobs wait; 0: any number.
  Background(unsigned threads, size_t most_waiting);
  // Jobs that wait are dropped; those under way are waited for.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // False: too many wait.
  [[nodiscard]] bool Post(std::function<void()> job);

 private:
  void Run();

  const size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace varpulis::host
