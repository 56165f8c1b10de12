#include "compiler/sema/typed_pattern.h"

#include <fmt/format.h>

namespace varpulis::sema {

void CollectSteps(const PatternNode& node, std::vector<uint32_t>& steps) {
  if (node.kind == PatternNode::Kind::Step) steps.push_back(node.step);
  for (const PatternNode& part : node.parts) CollectSteps(part, steps);
}

std::string Print(const PatternNode& node, const std::vector<TypedStep>& steps) {
  if (node.kind == PatternNode::Kind::Step) {
    static constexpr const char* kSigns[] = {"", "+", "*", "?"};
    const TypedStep& step = steps[node.step];
    return fmt::format("{}#{}{}",
                       node.continued ? "STILL NOT "
                       : step.negated ? "NOT "
                                      : "",
                       node.step, kSigns[static_cast<size_t>(step.repeat)]);
  }
  std::string text;
  for (const PatternNode& part : node.parts)
    text += (text.empty() ? "" : ", ") + Print(part, steps);
  return fmt::format("{}({})", node.kind == PatternNode::Kind::All ? "AND" : "SEQ", text);
}

}  // namespace varpulis::sema
