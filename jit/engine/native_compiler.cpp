#include "jit/engine/native_compiler.h"

#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include "jit/engine/host_target.h"
#include "jit/engine/kernel_module.h"
#include "jit/engine/machine_code.h"
#include "jit/engine/optimise.h"
#include "jit/engine/orc_session.h"

namespace varpulis::jit {

namespace {

// LLVM's schedulers and register allocator take time with the square of a kernel's length: seconds
// from here on. Programs with such a kernel are compiled without optimisation, which is linear.
constexpr size_t kMaxOptimisedInsts = 2000;

OptLevel Affordable(const std::vector<ir::Kernel>& kernels, OptLevel level) {
  for (const ir::Kernel& kernel : kernels) {
    if (kernel.insts.size() > kMaxOptimisedInsts) return OptLevel::O0;
  }
  return level;
}

// The journey of a module, up to where somebody wants to look at it.
class Journey {
 public:
  Status Build(const std::vector<ir::Kernel>& kernels) {
    symbols = SymbolsFor(kernels);
    auto built = BuildModule(kernels, symbols, context_);
    if (!built.ok()) return built.status();
    module = std::move(*built);
    return {};
  }
  Status Optimise(OptLevel level) {
    auto host = HostMachine(level);
    if (!host.ok()) return host.status();
    machine = std::move(*host);
    TargetModule(*module, *machine);
    jit::Optimise(*module, *machine, level);
    return {};
  }
  Result<std::string> Code(MachineForm form) { return EmitMachineCode(*module, *machine, form); }
  std::string Text() const {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream, nullptr);
    return text;
  }

  std::vector<std::string> symbols;

 private:
  llvm::LLVMContext context_;  // outlives the module

 public:
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

}  // namespace

NativeCompiler::NativeCompiler(std::shared_ptr<OrcSession> session, OptLevel level)
    : session_(std::move(session)), level_(level) {}
NativeCompiler::~NativeCompiler() = default;

Result<std::unique_ptr<NativeCompiler>> NativeCompiler::Create(OptLevel level) {
  auto session = OrcSession::Shared();
  if (!session.ok()) return session.status();
  return std::unique_ptr<NativeCompiler>(new NativeCompiler(std::move(*session), level));
}

Result<kernel::KernelTable> NativeCompiler::Compile(
    const std::vector<ir::Kernel>& kernels, std::shared_ptr<const kernel::RegexSet> regexes) {
  Journey journey;
  if (Status status = journey.Build(kernels); !status.ok()) return status;
  if (Status status = journey.Optimise(Affordable(kernels, level_)); !status.ok()) return status;
  auto object = journey.Code(MachineForm::Object);
  if (!object.ok()) return object.status();
  auto loaded = session_->Load(*object, journey.symbols);
  if (!loaded.ok()) return loaded.status();

  kernel::KernelTable table;
  for (ir::KernelId id = 0; id < kernels.size(); ++id) {
    const auto* patterns = regexes == nullptr ? nullptr : kernel::RegexesOf(*regexes, id);
    table.kernels_.push_back({loaded->entries[id], nullptr, patterns});
  }
  table.code_ = loaded->owner;
  table.regexes_ = std::move(regexes);
  return table;
}

Result<std::string> DumpCode(const std::vector<ir::Kernel>& kernels, CodeForm form) {
  Journey journey;
  if (Status status = journey.Build(kernels); !status.ok()) return status;
  if (form == CodeForm::Llvm) return journey.Text();
  if (Status status = journey.Optimise(Affordable(kernels, OptLevel::O2)); !status.ok())
    return status;
  if (form == CodeForm::LlvmOptimised) return journey.Text();
  return journey.Code(form == CodeForm::Assembly ? MachineForm::Assembly : MachineForm::Object);
}

}  // namespace varpulis::jit
