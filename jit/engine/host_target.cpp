#include "jit/engine/host_target.h"

#include <mutex>
#include <string>

#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>
#include <llvm/TargetParser/Triple.h>

namespace varpulis::jit {

namespace {

struct Host {
  llvm::Triple triple;
  std::string cpu;
  std::string features;
  const llvm::Target* target = nullptr;
  std::string error;
};

// Asked once; LLVM's target tables are initialised on the way.
const Host& TheHost() {
  static const Host host = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    Host h;
    h.triple = llvm::Triple(llvm::sys::getProcessTriple());
    h.cpu = llvm::sys::getHostCPUName().str();
    llvm::SubtargetFeatures features;
    for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
      features.AddFeature(feature.getKey(), feature.getValue());
    }
    h.features = features.getString();
    h.target = llvm::TargetRegistry::lookupTarget(h.triple, h.error);
    return h;
  }();
  return host;
}

}  // namespace

Result<std::unique_ptr<llvm::TargetMachine>> HostMachine(OptLevel level) {
  const Host& host = TheHost();
  if (host.target == nullptr) return Status(StatusCode::Unavailable, host.error);
  auto effort =
      level == OptLevel::O0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default;
  std::unique_ptr<llvm::TargetMachine> machine(
      host.target->createTargetMachine(host.triple, host.cpu, host.features, llvm::TargetOptions(),
                                       llvm::Reloc::PIC_, llvm::CodeModel::Small, effort, true));
  if (machine == nullptr) {
    return Status(StatusCode::Unavailable, "no code generator for " + host.triple.str());
  }
  return machine;
}

void TargetModule(llvm::Module& module, const llvm::TargetMachine& machine) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    // Wider vectors lower the clock of many machines and gain nothing from memory.
    function.addFnAttr("prefer-vector-width", "256");
  }
}

}  // namespace varpulis::jit
