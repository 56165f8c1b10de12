#pragma once

// Which kernels are worth a loop that LLVM can turn into vector code.

#include "compiler/ir/kernel.h"

namespace varpulis::jit {

// True if the code of the kernel has no branches, no calls and no records, and is not long. Long
// kernels would only double the compile time.
bool IsStraightLine(const ir::Kernel& kernel);

}  // namespace varpulis::jit
