#include "compiler/sema/aggregate_kind.h"

#include <iterator>

namespace varpulis::sema {
namespace {

struct Description {
  std::string_view name;
  AggregateArgument argument;
};

constexpr Description kAggregates[] = {
#define VPL_AGGREGATE(name, text, argument) {#text, AggregateArgument::argument},
#include "compiler/sema/aggregate_kind.def"
};

}  // namespace

std::string_view AggregateName(uint32_t kind) { return kAggregates[kind].name; }

AggregateArgument ArgumentOf(AggregateKind kind) {
  return kAggregates[static_cast<uint32_t>(kind)].argument;
}

std::optional<AggregateKind> FindAggregate(std::string_view name) {
  for (uint32_t i = 0; i < std::size(kAggregates); ++i) {
    if (kAggregates[i].name == name) return static_cast<AggregateKind>(i);
  }
  return std::nullopt;
}

std::vector<std::string> AggregateNames() {
  std::vector<std::string> names;
  for (const Description& aggregate : kAggregates) names.emplace_back(aggregate.name);
  return names;
}

}  // namespace varpulis::sema
