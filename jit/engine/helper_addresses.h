#pragma once

// What generated code may call.

#include <string>
#include <utility>
#include <vector>

namespace varpulis::jit {

// The helpers of kernel_abi.def, and the memory functions that LLVM makes of loops.
std::vector<std::pair<std::string, void*>> HelperAddresses();

}  // namespace varpulis::jit
