#pragma once

// What records own: copies of long text, arrays and maps, and lists. Each copy is one block of memory,
// released as one:
//
// A list is the one exception: its elements are copies of their own, so that it can grow.
//
//   bytes:u64 | text
//   bytes:u64 | ArrayValue or MapValue, then all that it reaches

#include <cstdint>

#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::kernel {

abi::VplString OwnText(abi::KernelContext& context, const abi::VplString& text);
Cell OwnCell(abi::KernelContext& context, const Cell& cell);

// Appends a copy of the value to the list of a slot of type List.
void AppendToList(abi::KernelContext& context, void* slot, const Cell& value);

// The memory that an owned value may hold becomes free at the end of the batch.
void RetireText(abi::KernelContext& context, const abi::VplString& text);
void RetireCell(abi::KernelContext& context, const Cell& cell);

}  // namespace varpulis::kernel
