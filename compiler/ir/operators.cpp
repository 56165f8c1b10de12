#include "compiler/ir/operators.h"

namespace varpulis::ir {

const Windowing* WindowingOf(const Operator& op) {
  if (const auto* aggregate = std::get_if<AggregateOperator>(&op)) return &aggregate->windowing;
  if (const auto* window = std::get_if<WindowOperator>(&op)) return &window->windowing;
  return nullptr;
}

}  // namespace varpulis::ir
