#pragma once

// Rows whose values are their own, so that they live longer than the batch, or than other values of it.

#include <cstdint>

#include "runtime/kernel/kernel_context.h"
#include "runtime/row/table.h"

namespace varpulis::op {

// Replaces the row's texts and containers by copies. One that is too large to be kept (limits::kMaxOwnedBytes)
// becomes missing; returns how many there were.
uint32_t OwnRow(abi::KernelContext& context, row::RowTable& rows, uint32_t row);
// The same, or nothing if one of them is too large: then it is false.
bool TryOwnRow(abi::KernelContext& context, row::RowTable& rows, uint32_t row);
// The memory of such copies becomes free at the end of the batch.
void RetireRow(abi::KernelContext& context, const row::RowTable& rows, uint32_t row);

}  // namespace varpulis::op
