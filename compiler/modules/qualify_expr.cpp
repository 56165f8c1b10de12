#include <algorithm>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "compiler/modules/qualify.h"

namespace varpulis::modules {

using diagnostics::DiagnosticKind;

std::string DottedText(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) {
    return name->backticked ? std::string() : name->name;
  }
  const auto* member = std::get_if<ast::MemberExpr>(&expr.node);
  if (member == nullptr || member->safe) return {};
  std::string object = DottedText(*member->object);
  return object.empty() ? object : object + "." + member->name;
}

bool Qualifier::IsLocal(std::string_view dotted) const {
  const std::string_view first = dotted.substr(0, dotted.find('.'));
  return std::find(locals_.begin(), locals_.end(), first) != locals_.end();
}

void Qualifier::ReportUnknown(std::string_view dotted, source::SourceSpan span,
                              std::string_view what, const std::vector<Space>& spaces,
                              DiagnosticKind kind) {
  if (program_.incomplete) return;
  const size_t dot = dotted.rfind('.');
  const std::string closest = names_.Closest(module_, spaces, dotted);
  diagnostics_.Emit({kind,
                     span,
                     fmt::format("what is imported as `{}` declares no {} `{}`",
                                 dotted.substr(0, dot), what, dotted.substr(dot + 1)),
                     {},
                     {},
                     closest.empty() ? std::string() : fmt::format("did you mean `{}`?", closest)});
}

bool Qualifier::BecomeName(ast::Expr& expr, Space space, bool must_be_one) {
  const std::string dotted = DottedText(expr);
  if (dotted.empty()) return false;
  const auto found = names_.Find(module_, space, dotted);
  if (!found && !must_be_one) return false;
  expr.node = ast::NameExpr{found.value_or(dotted), false};
  return true;
}

void Qualifier::Visit(ast::ExprPtr& expr) {
  if (expr) Visit(*expr);
}

void Qualifier::Visit(ast::Expr& expr) {
  std::visit([&](auto& node) { VisitNode(node, expr); }, expr.node);
}

template <typename Node>
void Qualifier::VisitNode(Node& node, ast::Expr& expr) {
  const auto visit_all = [&](std::vector<ast::ExprPtr>& parts) {
    for (ast::ExprPtr& part : parts) Visit(part);
  };
  if constexpr (std::is_same_v<Node, ast::NameExpr>) {
    VisitName(node);
  } else if constexpr (std::is_same_v<Node, ast::MemberExpr>) {
    VisitMember(node, expr);
  } else if constexpr (std::is_same_v<Node, ast::CallExpr>) {
    VisitCall(node, expr);
  } else if constexpr (std::is_same_v<Node, ast::LambdaExpr>) {
    VisitLambda(node);
  } else if constexpr (std::is_same_v<Node, ast::ArrayLiteral>) {
    visit_all(node.elements);
  } else if constexpr (std::is_same_v<Node, ast::MapLiteral>) {
    for (ast::MapEntry& entry : node.entries) Visit(entry.value);
  } else if constexpr (std::is_same_v<Node, ast::IndexExpr>) {
    Visit(node.object), Visit(node.index);
  } else if constexpr (std::is_same_v<Node, ast::SliceExpr>) {
    Visit(node.object), Visit(node.low), Visit(node.high);
  } else if constexpr (std::is_same_v<Node, ast::UnaryExpr>) {
    Visit(node.operand);
  } else if constexpr (std::is_same_v<Node, ast::CompareExpr>) {
    Visit(node.left), Visit(node.right);
  } else if constexpr (std::is_same_v<Node, ast::IsExpr>) {
    Visit(node.operand);
    if (const auto type = names_.Find(module_, Space::Type, node.type_name)) node.type_name = *type;
  } else if constexpr (std::is_same_v<Node, ast::ArithExpr> ||
                       std::is_same_v<Node, ast::LogicalExpr> ||
                       std::is_same_v<Node, ast::CoalesceExpr>) {
    visit_all(node.operands);
  } else if constexpr (std::is_same_v<Node, ast::RangeExpr>) {
    Visit(node.low), Visit(node.high);
  } else if constexpr (std::is_same_v<Node, ast::IfExpr>) {
    Visit(node.condition), Visit(node.then_value), Visit(node.else_value);
  } else {
    static_assert(
        std::is_same_v<Node, ast::NullLiteral> || std::is_same_v<Node, ast::BoolLiteral> ||
            std::is_same_v<Node, ast::IntLiteral> || std::is_same_v<Node, ast::FloatLiteral> ||
            std::is_same_v<Node, ast::StringLiteral> ||
            std::is_same_v<Node, ast::DurationLiteral> ||
            std::is_same_v<Node, ast::TimestampLiteral>,
        "a node with parts visits them");
  }
}

void Qualifier::VisitName(ast::NameExpr& name) {
  if (name.backticked || IsLocal(name.name)) return;
  for (const auto& [written, in_program] : sources_) {
    if (written != name.name) continue;
    name.name = in_program;
    return;
  }
  if (const auto variable = names_.Find(module_, Space::Variable, name.name)) {
    name.name = *variable;
  } else if (names_.IsForeignVariable(module_, name.name)) {
    name.backticked = true;
  }
}

void Qualifier::VisitMember(ast::MemberExpr& member, ast::Expr& expr) {
  const std::string dotted = DottedText(expr);
  if (dotted.empty() || IsLocal(dotted)) return Visit(member.object);
  for (const auto& [written, in_program] : sources_) {
    if (written != dotted) continue;
    expr.node = ast::NameExpr{in_program, false};
    return;
  }
  if (const auto variable = names_.Find(module_, Space::Variable, dotted)) {
    expr.node = ast::NameExpr{*variable, false};
    return;
  }
  const auto dots = static_cast<size_t>(std::count(dotted.begin(), dotted.end(), '.'));
  if (names_.AliasesIn(module_, dotted) < dots) return Visit(member.object);
  ReportUnknown(dotted, expr.span, "variable", {Space::Variable},
                DiagnosticKind::NameWithoutMeaning);
  expr.node = ast::NullLiteral{};
}

void Qualifier::VisitCall(ast::CallExpr& call, ast::Expr& expr) {
  for (ast::CallArgument& argument : call.arguments) Visit(argument.value);
  ast::Expr& callee = *call.callee;
  const std::string dotted = DottedText(callee);
  if (!dotted.empty() && IsLocal(dotted) && dotted.find('.') == std::string::npos) return;
  if (!dotted.empty() && !IsLocal(dotted) && BecomeName(callee, Space::Function)) return;
  auto* member = std::get_if<ast::MemberExpr>(&callee.node);
  if (member == nullptr) {
    if (dotted.empty()) Visit(callee);
    return;
  }
  const auto dots = static_cast<size_t>(std::count(dotted.begin(), dotted.end(), '.'));
  if (dots > 0 && !IsLocal(dotted) && names_.AliasesIn(module_, dotted) == dots) {
    ReportUnknown(dotted, callee.span, "function", {Space::Function},
                  DiagnosticKind::UnknownFunction);
    expr.node = ast::NullLiteral{};
    return;
  }
  // The method form: `x.f(a)` is `f(x, a)`.
  if (const auto f = names_.Find(module_, Space::Function, member->name)) member->name = *f;
  Visit(member->object);
}

void Qualifier::VisitLambda(ast::LambdaExpr& lambda) {
  const size_t outside = locals_.size();
  locals_.insert(locals_.end(), lambda.parameters.begin(), lambda.parameters.end());
  Visit(lambda.body);
  Visit(lambda.block);
  locals_.resize(outside);
}

}  // namespace varpulis::modules
