#pragma once

// Orders of a shop and the payments that follow some of them, one event every millisecond, about a
// thousand orders waiting.

#include <cstdint>
#include <string_view>

#include "bench/ticks.h"
#include "runtime/row/table.h"

namespace varpulis::bench {

// Order is table 0, Payment table 1 of the batches.
inline constexpr std::string_view kOrderEvents = R"(
event Order:
    id: int
    amount: float
event Payment:
    id: int
    amount: float
)";

Batches MakeOrders(const ir::Plan& plan, uint32_t count);

}  // namespace varpulis::bench
