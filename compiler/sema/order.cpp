#include "compiler/sema/order.h"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/operator_values.h"

namespace varpulis::sema {
namespace {

bool IsOrderedBuiltin(uint32_t builtin) {
  const std::string_view name = ir::Builtins()[builtin].name;
  return name == "random" || name == "uuid" || name == "print";
}

// Calls visit(expr) for every expression of the block.
template <typename Visitor>
void ForEachExpr(const TypedBlock& block, const Visitor& visit) {
  auto one = [&](const TypedExprPtr& expr) {
    if (expr != nullptr) visit(*expr);
  };
  for (const TypedStatement& statement : block) {
    std::visit(
        [&](const auto& node) {
          if constexpr (requires { node.arms; }) {
            for (const IfArms::Arm& arm : node.arms) {
              one(arm.condition);
              ForEachExpr(arm.body, visit);
            }
          }
          if constexpr (requires { node.low; }) {
            one(node.low);
            one(node.high);
            one(node.sequence);
          }
          if constexpr (requires { node.condition; }) one(node.condition);
          if constexpr (requires { node.body; }) ForEachExpr(node.body, visit);
          if constexpr (requires { node.value; }) one(node.value);
          if constexpr (requires { node.fields; }) one(node.fields);
        },
        statement.node);
  }
}

bool StoresGlobal(const TypedBlock& block) {
  return std::any_of(block.begin(), block.end(), [](const TypedStatement& statement) {
    return std::visit(
        [](const auto& node) {
          using Node = std::decay_t<decltype(node)>;
          if constexpr (std::is_same_v<Node, SetGlobal>) return true;
          if constexpr (requires { node.arms; }) {
            return std::any_of(node.arms.begin(), node.arms.end(),
                               [](const IfArms::Arm& arm) { return StoresGlobal(arm.body); });
          } else if constexpr (requires { node.body; }) {
            return StoresGlobal(node.body);
          } else {
            return false;
          }
        },
        statement.node);
  });
}

bool UsesOrderedBuiltin(const TypedExpr& expr) {
  return (expr.op == TypedOp::Call && IsOrderedBuiltin(expr.index)) ||
         std::any_of(expr.args.begin(), expr.args.end(),
                     [](const TypedExprPtr& arg) { return UsesOrderedBuiltin(*arg); });
}

// Calls visit(expr) for every expression of the operators, those in paths of forks included.
template <typename Visitor>
void ForEachExpr(const std::vector<TypedOperator>& operators, const Visitor& visit) {
  for (const TypedOperator& op : operators) {
    ForEachValue(op, [&](const TypedExprPtr& value) { visit(*value); });
    const auto* fork = std::get_if<ForkOp>(&op);
    if (fork == nullptr) continue;
    for (const ForkPath& path : fork->paths) ForEachExpr(path.operators, visit);
  }
}

// Calls visit(expr) for every expression of the stream's operators and steps.
template <typename Visitor>
void ForEachExpr(const TypedStream& stream, const Visitor& visit) {
  auto roots = [&](const std::vector<SourceRoot>& list) {
    for (const SourceRoot& root : list) {
      for (const TypedExprPtr& condition : root.conditions) visit(*condition);
    }
  };
  roots(stream.roots);
  if (stream.join) {
    for (const TypedStep& side : stream.join->sides) roots(side.roots);
  }
  if (stream.pattern) {
    for (const TypedStep& step : stream.pattern->steps) {
      roots(step.roots);
      for (const TypedExprPtr& conjunct : step.conjuncts) visit(*conjunct);
      for (const TypedExprPtr& conjunct : step.more) visit(*conjunct);
    }
  }
  ForEachExpr(stream.operators, visit);
}

}  // namespace

bool IsOrdered(const TypedProgram& program, const TypedExpr& expr) {
  switch (expr.op) {  // NOLINT: only these depend on more than their operands
    case TypedOp::Global:
      if (program.globals[expr.index].assigned) return true;
      break;
    case TypedOp::Call:
      if (IsOrderedBuiltin(expr.index)) return true;
      break;
    case TypedOp::CallFunction:
    case TypedOp::MapEach:
    case TypedOp::FilterEach:
      if (program.functions[expr.index].ordered) return true;
      break;
    default:
      break;
  }
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [&](const TypedExprPtr& arg) { return IsOrdered(program, *arg); });
}

bool IsOrderedBody(const TypedProgram& program, const TypedBody& body) {
  bool ordered = StoresGlobal(body.statements);
  ForEachExpr(body.statements,
              [&](const TypedExpr& expr) { ordered = ordered || IsOrdered(program, expr); });
  return ordered;
}

// Only functions assign variables, so after them it is known which expressions depend on the order.
void Checker::MarkOrdered() {
  for (bool changed = true; changed;) {
    changed = false;
    for (TypedFunction& function : program_.functions) {
      if (function.ordered) continue;
      function.ordered = IsOrderedBody(program_, function.body);
      changed |= function.ordered;
    }
  }
}

void Checker::FindSerialReason() {
  for (const TypedGlobal& global : program_.globals) {
    if (!global.assigned) continue;
    program_.serial_reason =
        fmt::format("`{}` is assigned while events are processed", global.name);
    return;
  }
  auto find = [&](const TypedExpr& expr) {
    if (UsesOrderedBuiltin(expr)) {
      program_.serial_reason = "random(), uuid() and print() depend on the order of all events";
    }
  };
  for (const TypedFunction& function : program_.functions) {
    ForEachExpr(function.body.statements, find);
  }
  for (const TypedStream& stream : program_.streams) ForEachExpr(stream, find);
}

}  // namespace varpulis::sema
