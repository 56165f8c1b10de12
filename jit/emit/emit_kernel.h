#pragma once

// Front door of jit/emit: one kernel as one LLVM function.

#include <string_view>

#include "compiler/ir/kernel.h"

namespace llvm {
class Function;
class Module;
}  // namespace llvm

namespace varpulis::jit {

// Adds `void symbol(KernelFrame*, const void*)` to the module. Verify accepts the kernel.
llvm::Function* EmitKernel(const ir::Kernel& kernel, std::string_view symbol, llvm::Module& module);

}  // namespace varpulis::jit
