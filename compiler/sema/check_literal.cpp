#include <algorithm>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {

TypedExprPtr Checker::Check(const ast::NullLiteral&, const ast::Expr& e, const Scope&) {
  return MakeExpr(TypedOp::Null, ir::Type::Any, e.span);
}
TypedExprPtr Checker::Check(const ast::BoolLiteral& n, const ast::Expr& e, const Scope&) {
  auto expr = MakeExpr(TypedOp::Bool, ir::Type::Bool, e.span);
  expr->integer = n.value ? 1 : 0;
  return expr;
}
TypedExprPtr Checker::Check(const ast::IntLiteral& n, const ast::Expr& e, const Scope&) {
  auto expr = MakeExpr(TypedOp::Int, ir::Type::Int, e.span);
  expr->integer = n.value;
  return expr;
}
TypedExprPtr Checker::Check(const ast::FloatLiteral& n, const ast::Expr& e, const Scope&) {
  auto expr = MakeExpr(TypedOp::Float, ir::Type::Float, e.span);
  expr->number = n.value;
  return expr;
}
TypedExprPtr Checker::Check(const ast::StringLiteral& n, const ast::Expr& e, const Scope&) {
  if (n.verbatim_escape) {
    Report(DiagnosticKind::VerbatimBackslash, e.span,
           "backslash sequences in \"...\" are kept as written",
           "write e\"...\" for the decoded form, or '...' to say that raw text is meant");
  }
  auto expr = MakeExpr(TypedOp::Str, ir::Type::Str, e.span);
  expr->text = n.value;
  return expr;
}
TypedExprPtr Checker::Check(const ast::DurationLiteral& n, const ast::Expr& e, const Scope&) {
  auto expr = MakeExpr(TypedOp::Duration, ir::Type::Duration, e.span);
  expr->integer = n.ns;
  return expr;
}
TypedExprPtr Checker::Check(const ast::TimestampLiteral& n, const ast::Expr& e, const Scope&) {
  auto expr = MakeExpr(TypedOp::Timestamp, ir::Type::Timestamp, e.span);
  expr->integer = n.ns;
  return expr;
}

TypedExprPtr Checker::Check(const ast::ArrayLiteral& n, const ast::Expr& e, const Scope& s) {
  auto expr = MakeExpr(TypedOp::Array, ir::Type::Any, e.span);
  for (const ast::ExprPtr& element : n.elements) {
    TypedExprPtr value = CheckExpr(*element, s);
    if (value == nullptr) return nullptr;
    expr->args.push_back(value);
  }
  return expr;
}

TypedExprPtr Checker::Check(const ast::MapLiteral& n, const ast::Expr& e, const Scope& s) {
  auto expr = MakeExpr(TypedOp::Map, ir::Type::Any, e.span);
  for (const ast::MapEntry& entry : n.entries) {
    TypedExprPtr value = CheckExpr(*entry.value, s);
    if (value == nullptr) return nullptr;
    if (std::find(expr->keys.begin(), expr->keys.end(), entry.key) != expr->keys.end()) {
      Report(DiagnosticKind::DuplicateName, entry.key_span,
             fmt::format("duplicate key `{}` in a map", entry.key));
      continue;
    }
    expr->keys.push_back(entry.key);
    expr->args.push_back(value);
  }
  return expr;
}

}  // namespace varpulis::sema
