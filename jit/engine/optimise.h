#pragma once

// LLVM's passes on a module.

#include "jit/engine/native_compiler.h"

namespace llvm {
class Module;
class TargetMachine;
}  // namespace llvm

namespace varpulis::jit {

// Runs LLVM's standard pipeline of that level; the module is one that TargetModule prepared.
void Optimise(llvm::Module& module, llvm::TargetMachine& machine, OptLevel level);

}  // namespace varpulis::jit
