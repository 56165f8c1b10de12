#pragma once

// Kernels executed as data: the oracle of native code, the first tier and the fallback.

#include <memory>
#include <vector>

#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::interp {

// abi::KernelEntry of interpreted kernels; `code` is the ir::Kernel, which Verify accepts.
void Interpret(abi::KernelFrame* frame, const void* code);

// {Interpret, kernel} for each kernel; `kernels` must outlive the table.
kernel::KernelTable InterpretedTable(const std::vector<ir::Kernel>& kernels,
                                     std::shared_ptr<const kernel::RegexSet> regexes);

}  // namespace varpulis::interp
