#pragma once

// Receives a row that an operator wrote. A reference to a callable: nothing is allocated per event,
// and the callable must outlive the call it is passed to.

#include <cstdint>

#include <absl/functional/function_ref.h>

namespace varpulis::op {

using RowConsumer = absl::FunctionRef<void(uint32_t row)>;

}  // namespace varpulis::op
