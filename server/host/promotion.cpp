#include "server/host/promotion.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "runtime/kernel/kernel_table.h"
#include "server/host/pipeline.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#endif

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::engine::jit");

std::shared_ptr<kernel::KernelCompiler> MakeCompiler([[maybe_unused]] int level) {
#ifdef VPL_WITH_JIT
  auto compiler = jit::NativeCompiler::Create(level < 2 ? jit::OptLevel::O0 : jit::OptLevel::O2);
  if (compiler.ok()) return std::move(*compiler);
  VPL_LOG(kLog, Warn, "Pipelines stay interpreted", {"error", compiler.status().message()});
#endif
  return nullptr;
}

}  // namespace

Promotion::Promotion(int level) : compiler_(MakeCompiler(level)), thread_(1, 0) {}
Promotion::~Promotion() { stop_.request_stop(); }

void Promotion::Start(const std::shared_ptr<Pipeline>& pipeline) {
  if (!compiler_ || pipeline->program()->plan.kernels.empty()) return;
  // As many wait as there are pipelines, which quotas bound.
  (void)thread_.Post([this, weak = std::weak_ptr(pipeline)] { Promote(weak); });
}

void Promotion::Promote(const std::weak_ptr<Pipeline>& weak) {
  std::shared_ptr<const Program> program;
  std::string id;
  if (const auto pipeline = weak.lock()) {
    program = pipeline->program();
    id = pipeline->identity().id;
  }
  if (!program) return;
  const auto begin = std::chrono::steady_clock::now();
  auto table = compiler_->Compile(program->plan.kernels, program->regexes, stop_.get_token());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  {
    std::lock_guard lock(mutex_);
    seconds_.Observe(took.count(), 1);
  }
  const auto pipeline = weak.lock();
  if (!pipeline) return;
  if (!table.ok()) {
    VPL_LOG(kLog, Warn, "Pipeline stays interpreted", {"pipeline_id", id},
            {"error", table.status().message()});
    return;
  }
  pipeline->Promote(program, *table);
  VPL_LOG(kLog, Debug, "Pipeline runs native code", {"pipeline_id", id},
          {"compile_ms", took.count() * 1000});
}

LatencyHistogram Promotion::compile_seconds() const {
  std::lock_guard lock(mutex_);
  return seconds_;
}

}  // namespace varpulis::host
