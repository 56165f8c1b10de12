#pragma once

// Receives a row that an operator wrote. A reference to a callable: nothing is allocated per event,
// and the callable must outlive the call it is passed to.

#include <cstdint>

#include <absl/functional/function_ref.h>

namespace varpulis::op {

// In place of a row: the rows since the last such one were a batch.
inline constexpr uint32_t kEndOfBatch = UINT32_MAX;

// Handed on by reference: a copy on the stack would be read as one word of 16 bytes while its two
// halves are still being stored, which stalls every call.
using RowConsumer = const absl::FunctionRef<void(uint32_t row)>&;

}  // namespace varpulis::op
