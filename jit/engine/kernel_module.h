#pragma once

// Kernels of a program as an LLVM module.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "compiler/ir/kernel.h"

namespace llvm {
class LLVMContext;
class Module;
}  // namespace llvm

namespace varpulis::jit {

// Symbols for the kernels in order: their names in the characters that assemblers take, distinct
// from each other and from everything that generated code calls.
std::vector<std::string> SymbolsFor(const std::vector<ir::Kernel>& kernels);

// Kernel i becomes the function symbols[i]. Not bound to a machine yet; checked by LLVM's verifier.
Result<std::unique_ptr<llvm::Module>> BuildModule(std::span<const ir::Kernel> kernels,
                                                  std::span<const std::string> symbols,
                                                  llvm::LLVMContext& context);

}  // namespace varpulis::jit
