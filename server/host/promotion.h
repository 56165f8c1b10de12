#pragma once

// Native code for pipelines that have started interpreted, compiled one after the other in the background.

#include <memory>
#include <mutex>
#include <stop_token>

#include "server/host/background.h"
#include "server/host/pipeline_report.h"

namespace varpulis::kernel {
class KernelCompiler;
}

namespace varpulis::host {

class Pipeline;

// Thread-safe. In a build without the compiler, or on a machine that runs no generated code, pipelines stay
// interpreted.
class Promotion {
 public:
  // `level` as `--jit-opt`: 0 and 1 compile quickly, 2 and 3 optimise.
  explicit Promotion(int level);
  ~Promotion();

  // A pipeline that is gone when its turn comes is passed over.
  void Start(const std::shared_ptr<Pipeline>& pipeline);
  // How long compilations took.
  LatencyHistogram compile_seconds() const;

 private:
  void Promote(const std::weak_ptr<Pipeline>& weak);

  std::shared_ptr<kernel::KernelCompiler> compiler_;  // null: nothing is compiled
  mutable std::mutex mutex_;
  LatencyHistogram seconds_;
  std::stop_source stop_;  // ends a compilation that nobody waits for any more
  Background thread_;      // last: joined before what it uses goes away
};

}  // namespace varpulis::host
