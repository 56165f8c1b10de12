#include "jit/engine/native_compiler.h"

#include <algorithm>
#include <span>

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

using Kernels = std::span<const ir::Kernel>;
using Symbols = std::span<const std::string>;

// LLVM's schedulers and register allocator take time with the square of a kernel's length: seconds
// from here on. Such a kernel is compiled without optimisation, which is linear.
constexpr size_t kMaxOptimisedInsts = 2000;
// Instructions of one module: some hundred milliseconds of compiling, and a bound on LLVM's memory.
constexpr size_t kMaxModuleInsts = 4000;

bool IsLong(const ir::Kernel& kernel) { return kernel.insts.size() > kMaxOptimisedInsts; }

OptLevel Affordable(Kernels kernels, OptLevel level) {
  return std::any_of(kernels.begin(), kernels.end(), IsLong) ? OptLevel::O0 : level;
}

// How many kernels at the front make a module.
size_t ModuleSize(Kernels kernels) {
  if (IsLong(kernels.front())) return 1;
  size_t insts = 0;
  size_t count = 0;
  for (; count < kernels.size() && !IsLong(kernels[count]); ++count) {
    insts += kernels[count].insts.size();
    if (count > 0 && insts > kMaxModuleInsts) break;
  }
  return count;
}

// The code of several modules.
struct Modules : kernel::CodeOwner {
  std::vector<std::shared_ptr<kernel::CodeOwner>> owners;
};

// The journey of a module, up to where somebody wants to look at it.
class Journey {
 public:
  Status Build(Kernels kernels, Symbols symbols) {
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

Result<kernel::KernelTable> NativeCompiler::DoCompile(
    const std::vector<ir::Kernel>& kernels, std::shared_ptr<const kernel::RegexSet> regexes,
    std::stop_token stop) {
  const std::vector<std::string> symbols = SymbolsFor(kernels);
  auto modules = std::make_shared<Modules>();
  kernel::KernelTable table;
  for (size_t first = 0, count = 0; first < kernels.size(); first += count) {
    if (stop.stop_requested()) return Status(StatusCode::Unavailable, "nobody waits for the code");
    count = ModuleSize(Kernels(kernels).subspan(first));
    auto loaded = CompileModule(Kernels(kernels).subspan(first, count),
                                Symbols(symbols).subspan(first, count));
    if (!loaded.ok()) return loaded.status();
    modules->owners.push_back(loaded->owner);
    for (const abi::KernelEntry entry : loaded->entries) {
      const auto id = static_cast<ir::KernelId>(table.kernels_.size());
      const auto* patterns = regexes == nullptr ? nullptr : kernel::RegexesOf(*regexes, id);
      table.kernels_.push_back({entry, nullptr, patterns});
    }
  }
  table.code_ = std::move(modules);
  table.regexes_ = std::move(regexes);
  return table;
}

Result<LoadedCode> NativeCompiler::CompileModule(Kernels kernels, Symbols symbols) const {
  Journey journey;
  if (Status status = journey.Build(kernels, symbols); !status.ok()) return status;
  if (Status status = journey.Optimise(Affordable(kernels, level_)); !status.ok()) return status;
  auto object = journey.Code(MachineForm::Object);
  if (!object.ok()) return object.status();
  return session_->Load(*object, symbols);
}

Result<std::string> DumpCode(const std::vector<ir::Kernel>& kernels, CodeForm form) {
  Journey journey;
  if (Status status = journey.Build(kernels, SymbolsFor(kernels)); !status.ok()) return status;
  if (form == CodeForm::Llvm) return journey.Text();
  if (Status status = journey.Optimise(Affordable(kernels, OptLevel::O2)); !status.ok())
    return status;
  if (form == CodeForm::LlvmOptimised) return journey.Text();
  return journey.Code(form == CodeForm::Assembly ? MachineForm::Assembly : MachineForm::Object);
}

}  // namespace varpulis::jit
