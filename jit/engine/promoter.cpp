#include "jit/engine/promoter.h"

#include <utility>

namespace varpulis::jit {

Promoter::Promoter(std::shared_ptr<kernel::KernelCompiler> compiler)
    : compiler_(std::move(compiler)) {}
Promoter::~Promoter() = default;

void Promoter::Start(std::vector<ir::Kernel> kernels,
                     std::shared_ptr<const kernel::RegexSet> regexes) {
  {
    std::lock_guard lock(mutex_);
    VPL_CHECK(!running_ && !outcome_, "a promoter compiles one version at a time");
    running_ = true;
  }
  thread_ = std::jthread(
      [this, kernels = std::move(kernels), regexes = std::move(regexes)](std::stop_token stop) {
        auto outcome = compiler_->Compile(kernels, regexes, std::move(stop));
        std::lock_guard lock(mutex_);
        outcome_.emplace(std::move(outcome));
        running_ = false;
        finished_.notify_all();
      });
}

std::optional<Result<kernel::KernelTable>> Promoter::TryTake() {
  std::lock_guard lock(mutex_);
  return std::exchange(outcome_, std::nullopt);
}

void Promoter::Wait() {
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [this] { return !running_; });
}

}  // namespace varpulis::jit
