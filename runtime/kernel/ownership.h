#pragma once

// What records own: copies of long text, arrays and maps, sets of distinct values, and lists. Each copy is
// one block of memory, released as one:
//
// A list is the one exception: its elements are copies of their own, so that it can grow.
//
//   bytes:u64 | text
//   bytes:u64 | ArrayValue or MapValue, then all that it reaches

#include <cstdint>

#include <absl/container/flat_hash_set.h>

#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::kernel {

abi::VplString OwnText(abi::KernelContext& context, const abi::VplString& text);
Cell OwnCell(abi::KernelContext& context, const Cell& cell);

// The memory that an owned value may hold becomes free at the end of the batch.
void RetireText(abi::KernelContext& context, const abi::VplString& text);
void RetireCell(abi::KernelContext& context, const Cell& cell);

struct KeyHash {
  size_t operator()(const Cell& cell) const { return static_cast<size_t>(HashCell(cell)); }
};
struct KeyEqual {
  bool operator()(const Cell& a, const Cell& b) const { return EqualKeys(a, b); }
};

// The set of a slot of type Set: distinct present values by key equality.
class DistinctSet {
 public:
  void Add(abi::KernelContext& context, const Cell& value);
  int64_t size() const { return static_cast<int64_t>(values_.size()); }
  // Retires the values.
  void Clear(abi::KernelContext& context);

 private:
  absl::flat_hash_set<Cell, KeyHash, KeyEqual> values_;
};

}  // namespace varpulis::kernel
