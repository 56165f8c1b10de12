#pragma once

// Cells as keys of hash tables, by key equality.

#include "runtime/kernel/cell_ops.h"

namespace varpulis::kernel {

struct KeyHash {
  size_t operator()(const Cell& cell) const { return static_cast<size_t>(HashCell(cell)); }
};
struct KeyEqual {
  bool operator()(const Cell& a, const Cell& b) const { return EqualKeys(a, b); }
};

}  // namespace varpulis::kernel
