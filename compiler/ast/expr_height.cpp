// The height of an expression, from the heights of its parts.

#include <algorithm>

#include "compiler/ast/program.h"

namespace varpulis::ast {
namespace {

uint32_t Of(const ExprPtr& expr) { return expr == nullptr ? 0 : expr->height; }

uint32_t Of(const std::vector<ExprPtr>& exprs) {
  uint32_t height = 0;
  for (const ExprPtr& expr : exprs) height = std::max(height, Of(expr));
  return height;
}

uint32_t Of(const std::unique_ptr<Statement>& statement) {
  if (const auto* variable = std::get_if<VariableDecl>(&statement->node)) return Of(variable->value);
  if (const auto* assign = std::get_if<AssignStatement>(&statement->node)) return Of(assign->value);
  if (const auto* plain = std::get_if<ExpressionStatement>(&statement->node)) return Of(plain->value);
  return 0;
}

struct Below {
  uint32_t operator()(const ArrayLiteral& n) const { return Of(n.elements); }
  uint32_t operator()(const MapLiteral& n) const {
    uint32_t height = 0;
    for (const MapEntry& entry : n.entries) height = std::max(height, Of(entry.value));
    return height;
  }
  uint32_t operator()(const MemberExpr& n) const { return Of(n.object); }
  uint32_t operator()(const IndexExpr& n) const { return std::max(Of(n.object), Of(n.index)); }
  uint32_t operator()(const SliceExpr& n) const {
    return std::max({Of(n.object), Of(n.low), Of(n.high)});
  }
  uint32_t operator()(const CallExpr& n) const {
    uint32_t height = Of(n.callee);
    for (const CallArgument& argument : n.arguments) height = std::max(height, Of(argument.value));
    return height;
  }
  uint32_t operator()(const UnaryExpr& n) const { return Of(n.operand); }
  uint32_t operator()(const ArithExpr& n) const {
    return Of(n.operands) + static_cast<uint32_t>(n.ops.size());
  }
  uint32_t operator()(const CompareExpr& n) const { return std::max(Of(n.left), Of(n.right)); }
  uint32_t operator()(const IsExpr& n) const { return Of(n.operand); }
  uint32_t operator()(const LogicalExpr& n) const { return Of(n.operands); }
  uint32_t operator()(const CoalesceExpr& n) const {
    return Of(n.operands) + static_cast<uint32_t>(n.operands.size());
  }
  uint32_t operator()(const RangeExpr& n) const { return std::max(Of(n.low), Of(n.high)); }
  uint32_t operator()(const IfExpr& n) const {
    return std::max({Of(n.condition), Of(n.then_value), Of(n.else_value)});
  }
  uint32_t operator()(const LambdaExpr& n) const {
    uint32_t height = Of(n.body);
    for (const auto& statement : n.block) height = std::max(height, Of(statement));
    return height;
  }
  template <typename Leaf>
  uint32_t operator()(const Leaf&) const {
    return 0;
  }
};

}  // namespace

uint32_t HeightOf(const ExprNode& node) { return 1 + std::visit(Below{}, node); }

}  // namespace varpulis::ast
