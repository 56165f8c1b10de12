#pragma once

// For tests: values as text that shows every difference that counts.

#include <cstdint>
#include <string>

#include "compiler/ir/kernel_abi.h"
#include "compiler/ir/type.h"

namespace varpulis::jit {

// Floats by their bits, but one NaN; absent values by their state alone.
std::string ValueText(ir::Type type, const void* at, uint8_t state);

}  // namespace varpulis::jit
