#pragma once

// The aggregate functions, from aggregate_kind.def.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varpulis::sema {

enum class AggregateKind : uint32_t {
#define VPL_AGGREGATE(name, text, argument) name,
#include "compiler/sema/aggregate_kind.def"
};
enum class AggregateArgument { Optional, Required, WithParameter };

std::string_view AggregateName(uint32_t kind);
AggregateArgument ArgumentOf(AggregateKind kind);
std::optional<AggregateKind> FindAggregate(std::string_view name);
// Names of all of them, for did-you-mean.
std::vector<std::string> AggregateNames();

}  // namespace varpulis::sema
