#pragma once

// The machine that code is made for: this one.

#include <memory>

#include "base/status.h"
#include "jit/engine/native_compiler.h"

namespace llvm {
class Module;
class TargetMachine;
}  // namespace llvm

namespace varpulis::jit {

Result<std::unique_ptr<llvm::TargetMachine>> HostMachine(OptLevel level);

// Gives the module and its functions the target, CPU and features of the machine. Without the
// attributes the vectoriser assumes the oldest x86-64.
void TargetModule(llvm::Module& module, const llvm::TargetMachine& machine);

}  // namespace varpulis::jit
