#pragma once

// Compiles the kernels of one version of a program in the background, while the interpreter runs.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/kernel/kernel_table.h"

namespace varpulis::jit {

// For one owner thread: Start once, then TryTake between batches until it hands over the table.
// Destruction waits for the module that is being compiled, the others are given up.
class Promoter {
 public:
  explicit Promoter(std::shared_ptr<kernel::KernelCompiler> compiler);
  ~Promoter();
  Promoter(const Promoter&) = delete;
  Promoter& operator=(const Promoter&) = delete;

  void Start(std::vector<ir::Kernel> kernels, std::shared_ptr<const kernel::RegexSet> regexes);
  // The table or the reason why there is none; once, and only when the compiler has finished.
  std::optional<Result<kernel::KernelTable>> TryTake();
  // Returns when TryTake would have something, or when nothing was started.
  void Wait();

 private:
  std::shared_ptr<kernel::KernelCompiler> compiler_;
  std::mutex mutex_;
  std::condition_variable finished_;
  std::optional<Result<kernel::KernelTable>> outcome_;  // guarded by mutex_
  bool running_ = false;                                // guarded by mutex_
  std::jthread thread_;  // last: joined before what it uses goes away
};

}  // namespace varpulis::jit
