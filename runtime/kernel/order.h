#pragma once

// The order in which values are sorted, whatever they are.

#include "runtime/kernel/cell_ops.h"

namespace varpulis::kernel {

// A strict weak order: bool, number, text, timestamp, duration, array, map, and absent values last.
// NaN is above all numbers; arrays, maps and absent values keep their order among themselves.
bool SortsBefore(const Cell& a, const Cell& b);

}  // namespace varpulis::kernel
