#pragma once

// For tests: kernels executed every way.

#include <cstdint>
#include <vector>

#include "compiler/ir/kernel.h"

namespace varpulis::jit {

// Runs the kernels interpreted and natively at O0 and O2, on dense and selected rows of batches of
// the given sizes, and expects the same report of all. Data of kernel i is made from seed + i.
void ExpectAllAgree(const std::vector<ir::Kernel>& kernels, uint64_t seed,
                    const std::vector<uint32_t>& batch_sizes);

}  // namespace varpulis::jit
