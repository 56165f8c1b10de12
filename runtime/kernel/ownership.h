#pragma once

// What records own: copies of long text, arrays and maps, and lists. Each copy is one block of memory,
// released as one:
//
// A list is the one exception: its elements are copies of their own, so that it can grow.
//
//   bytes:u64 | text
//   bytes:u64 | ArrayValue or MapValue, then all that it reaches

#include <cstdint>
#include <optional>

#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::kernel {

abi::VplString OwnText(abi::KernelContext& context, const abi::VplString& text);

// A copy of the value: nothing if that takes more than kMaxOwnedBytes. What kernels make may share its
// parts (`[a, a]`), the copy does not, so a small value can reach more than there is memory.
std::optional<Cell> OwnCell(abi::KernelContext& context, const Cell& cell);
// The same; what is too large is an error of kind Limit.
std::optional<Cell> OwnOrFail(abi::KernelFrame& frame, const Cell& cell);

// A copy of a value that was owned before, and so is not too large.
Cell CopyOwned(abi::KernelContext& context, const Cell& cell);
// Appends an owned value to the list of a slot of type List.
void AppendToList(abi::KernelContext& context, void* slot, const Cell& owned);

// The memory that an owned value may hold becomes free at the end of the batch.
void RetireText(abi::KernelContext& context, const abi::VplString& text);
void RetireCell(abi::KernelContext& context, const Cell& cell);
// The list, which may be null, with its elements.
void ReleaseList(abi::KernelContext& context, abi::ArrayValue* list);

}  // namespace varpulis::kernel
