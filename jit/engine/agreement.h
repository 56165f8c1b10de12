#pragma once

// For tests: kernels executed every way.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/kernel.h"
#include "jit/engine/native_compiler.h"

namespace varpulis::jit {

// The data that kernels run on. That of kernel i is made from seed + i.
struct TestData {
  uint64_t seed;
  std::vector<uint32_t> batch_sizes;
};

// Interprets `expected` and runs `actual` natively, kernel by kernel, on dense and selected rows.
// Returns where their reports first differ: the two lines, the seed, and the kernel as text. Both
// lists have the same columns, outs and slots; they are one list but for planted bugs.
std::optional<std::string> FirstDifference(const std::vector<ir::Kernel>& expected,
                                           const std::vector<ir::Kernel>& actual, OptLevel level,
                                           const TestData& data);

// No difference for these kernels, which must be valid, at O0 and O2.
void ExpectAllAgree(const std::vector<ir::Kernel>& kernels, const TestData& data);

}  // namespace varpulis::jit
