#include "cli/output.h"
#include "cli/simulate.h"
#ifdef VPL_WITH_JIT
#include "jit/engine/native_compiler.h"
#include "jit/engine/promoter.h"
#endif

namespace varpulis::cli {

#ifdef VPL_WITH_JIT

struct Tiering::Compiler {
  std::shared_ptr<jit::NativeCompiler> native;
  std::unique_ptr<jit::Promoter> promoter;
};

Tiering::Tiering(std::string engine) : engine_(std::move(engine)) {}
Tiering::~Tiering() = default;

Status Tiering::Start(const std::vector<ir::Kernel>& kernels,
                      std::shared_ptr<const kernel::RegexSet> regexes, exec::Executor& executor) {
  if (engine_ == "interp" || kernels.empty()) return {};
  Result<std::unique_ptr<jit::NativeCompiler>> native =
      jit::NativeCompiler::Create(jit::OptLevel::O2);
  if (!native.ok()) {
    if (engine_ == "native") return native.status();
    Say("stays interpreted: {}\n", native.status().message());
    return {};
  }
  compiler_ = std::make_unique<Compiler>();
  compiler_->native = std::move(*native);
  if (engine_ == "native") {
    Result<kernel::KernelTable> table = compiler_->native->Compile(kernels, std::move(regexes));
    if (!table.ok()) return table.status();
    executor.Promote(*table);
    return {};
  }
  compiler_->promoter = std::make_unique<jit::Promoter>(compiler_->native);
  compiler_->promoter->Start(kernels, std::move(regexes));
  return {};
}

void Tiering::Poll(exec::Executor& executor) {
  if (!compiler_ || !compiler_->promoter) return;
  std::optional<Result<kernel::KernelTable>> table = compiler_->promoter->TryTake();
  if (!table) return;
  if (table->ok()) {
    executor.Promote(**table);
  } else {
    Say("stays interpreted: {}\n", table->status().message());
  }
  compiler_->promoter.reset();
}

#else

struct Tiering::Compiler {};

Tiering::Tiering(std::string engine) : engine_(std::move(engine)) {}
Tiering::~Tiering() = default;

Status Tiering::Start(const std::vector<ir::Kernel>&, std::shared_ptr<const kernel::RegexSet>,
                      exec::Executor&) {
  if (engine_ != "native") return {};
  return {StatusCode::Unavailable, "--engine=native: this build has no JIT"};
}

void Tiering::Poll(exec::Executor&) {}

#endif

}  // namespace varpulis::cli
