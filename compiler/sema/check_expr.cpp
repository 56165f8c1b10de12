#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/kernel.h"
#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

bool IsNumber(ir::Type type) { return type == ir::Type::Int || type == ir::Type::Float; }
bool IsTime(ir::Type type) { return type == ir::Type::Timestamp || type == ir::Type::Duration; }

TypedOp ToTyped(ast::ArithOp op) {
  switch (op) {
    case ast::ArithOp::Add:
      return TypedOp::Add;
    case ast::ArithOp::Sub:
      return TypedOp::Sub;
    case ast::ArithOp::Mul:
      return TypedOp::Mul;
    case ast::ArithOp::Div:
      return TypedOp::Div;
    case ast::ArithOp::Mod:
      return TypedOp::Mod;
    case ast::ArithOp::Pow:
      return TypedOp::Pow;
    case ast::ArithOp::ShiftLeft:
      return TypedOp::ShiftLeft;
    case ast::ArithOp::ShiftRight:
      return TypedOp::ShiftRight;
    case ast::ArithOp::BitAnd:
      return TypedOp::BitAnd;
    case ast::ArithOp::BitXor:
      return TypedOp::BitXor;
    case ast::ArithOp::BitOr:
      return TypedOp::BitOr;
  }
  return TypedOp::Add;
}

TypedOp ToTyped(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Eq:
      return TypedOp::Eq;
    case ast::CompareOp::Ne:
      return TypedOp::Ne;
    case ast::CompareOp::Lt:
      return TypedOp::Lt;
    case ast::CompareOp::Le:
      return TypedOp::Le;
    case ast::CompareOp::Gt:
      return TypedOp::Gt;
    case ast::CompareOp::Ge:
      return TypedOp::Ge;
    case ast::CompareOp::In:
      return TypedOp::In;
    case ast::CompareOp::NotIn:
      return TypedOp::NotIn;
  }
  return TypedOp::Eq;
}

// The result of a timestamp or duration operation (language.md 5.3), or nothing if there is none.
std::optional<ir::Type> TimeResult(TypedOp op, ir::Type a, ir::Type b) {
  using ir::Type;
  if (a == Type::Timestamp && b == Type::Timestamp && op == TypedOp::Sub) return Type::Duration;
  if (a == Type::Timestamp && b == Type::Duration && (op == TypedOp::Add || op == TypedOp::Sub)) {
    return Type::Timestamp;
  }
  if (a == Type::Duration && b == Type::Timestamp && op == TypedOp::Add) return Type::Timestamp;
  if (a == Type::Duration && b == Type::Duration) {
    if (op == TypedOp::Add || op == TypedOp::Sub) return Type::Duration;
    if (op == TypedOp::Div) return Type::Float;
  }
  if (a == Type::Duration && b == Type::Int && (op == TypedOp::Mul || op == TypedOp::Div)) {
    return Type::Duration;
  }
  if (a == Type::Int && b == Type::Duration && op == TypedOp::Mul) return Type::Duration;
  return std::nullopt;
}

bool IsBitOp(TypedOp op) { return op >= TypedOp::ShiftLeft && op <= TypedOp::BitOr; }

}  // namespace

std::shared_ptr<TypedExpr> MakeExpr(TypedOp op, ir::Type type, SourceSpan span,
                                    std::vector<TypedExprPtr> args) {
  auto expr = std::make_shared<TypedExpr>();
  expr->op = op;
  expr->type = type;
  expr->span = span;
  expr->args = std::move(args);
  return expr;
}

TypedExprPtr Checker::CheckExpr(const ast::Expr& expr, const Scope& scope) {
  TypedExprPtr typed =
      std::visit([&](const auto& node) { return Check(node, expr, scope); }, expr.node);
  NoteExpression(expr, scope, typed);
  return typed;
}

TypedExprPtr Checker::CheckCondition(const ast::Expr& expr, const Scope& scope) {
  TypedExprPtr condition = CheckExpr(expr, scope);
  if (condition == nullptr) return nullptr;
  bool literal = IsLiteral(condition->op) && condition->op != TypedOp::Bool;
  if (literal) {
    Report(DiagnosticKind::ConditionNotBoolean, expr.span, "the condition is not a boolean",
           "use a comparison, such as x > 0");
    return nullptr;
  }
  bool arithmetic = condition->op >= TypedOp::Negate && condition->op <= TypedOp::BitOr &&
                    condition->op != TypedOp::Not;
  if (arithmetic) {
    Report(DiagnosticKind::ArithmeticCondition, expr.span,
           "the condition is an arithmetic expression and never true", "use a comparison");
  } else if (condition->type != ir::Type::Bool && condition->type != ir::Type::Any) {
    Report(DiagnosticKind::ConditionNotBoolean, expr.span,
           fmt::format("the condition has type {}, not bool", VplTypeName(condition->type)),
           "use a comparison");
    return nullptr;
  }
  return condition;
}

TypedExprPtr Checker::Check(const ast::IndexExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr object = CheckExpr(*n.object, s);
  TypedExprPtr index = CheckExpr(*n.index, s);
  if (object == nullptr || index == nullptr) return nullptr;
  return MakeExpr(TypedOp::Index, ir::Type::Any, e.span, {object, index});
}

TypedExprPtr Checker::Check(const ast::SliceExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr object = CheckExpr(*n.object, s);
  auto bound = [&](const ast::ExprPtr& expr) -> TypedExprPtr {
    return expr ? CheckExpr(*expr, s) : MakeExpr(TypedOp::Null, ir::Type::Any, e.span);
  };
  TypedExprPtr low = bound(n.low);
  TypedExprPtr high = bound(n.high);
  if (object == nullptr || low == nullptr || high == nullptr) return nullptr;
  auto call = MakeExpr(TypedOp::Call, ir::Type::Any, e.span, {object, low, high});
  call->index = static_cast<uint32_t>(ir::FindBuiltin("slice"));
  return call;
}

TypedExprPtr Checker::Check(const ast::UnaryExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr operand = CheckExpr(*n.operand, s);
  if (operand == nullptr) return nullptr;
  if (n.op == ast::UnaryOp::Not) {
    if (operand->type != ir::Type::Bool && operand->type != ir::Type::Any) {
      Report(DiagnosticKind::ConditionNotBoolean, n.operand->span,
             fmt::format("`not` needs a boolean, this is {}", VplTypeName(operand->type)));
      return nullptr;
    }
    return MakeExpr(TypedOp::Not, ir::Type::Bool, e.span, {operand});
  }
  bool numeric = IsNumber(operand->type) || operand->type == ir::Type::Any;
  bool fits = n.op == ast::UnaryOp::Negate
                  ? numeric
                  : operand->type == ir::Type::Int || operand->type == ir::Type::Any;
  if (!fits) {
    Report(DiagnosticKind::TypeMismatch, e.span,
           fmt::format("`{}` needs a number, this is {}", n.op == ast::UnaryOp::Negate ? "-" : "~",
                       VplTypeName(operand->type)));
    return nullptr;
  }
  if (n.op == ast::UnaryOp::Negate && operand->op == TypedOp::Int &&
      operand->integer != INT64_MIN) {
    auto literal = MakeExpr(TypedOp::Int, ir::Type::Int, e.span);
    literal->integer = -operand->integer;
    return literal;
  }
  if (n.op == ast::UnaryOp::Negate && operand->op == TypedOp::Float) {
    auto literal = MakeExpr(TypedOp::Float, ir::Type::Float, e.span);
    literal->number = -operand->number;
    return literal;
  }
  TypedOp op = n.op == ast::UnaryOp::Negate ? TypedOp::Negate : TypedOp::BitNot;
  return MakeExpr(op, operand->type, e.span, {operand});
}

TypedExprPtr Checker::Arithmetic(TypedOp op, TypedExprPtr a, TypedExprPtr b, SourceSpan span) {
  using ir::Type;
  Type left = a->type;
  Type right = b->type;
  std::optional<Type> result;
  if (left == Type::Any || right == Type::Any) {
    result = Type::Any;
  } else if (IsBitOp(op)) {
    if (left == Type::Int && right == Type::Int) result = Type::Int;
  } else if (IsNumber(left) && IsNumber(right)) {
    result = left == Type::Int && right == Type::Int ? Type::Int : Type::Float;
  } else if (left == Type::Str && right == Type::Str && op == TypedOp::Add) {
    result = Type::Str;
  } else if (IsTime(left) || IsTime(right)) {
    result = TimeResult(op, left, right);
  }
  if (!result) {
    Report(DiagnosticKind::TypeMismatch, span,
           fmt::format("{} and {} do not go together here", VplTypeName(left), VplTypeName(right)),
           left == Type::Str || right == Type::Str ? "to_string(x) makes text of anything" : "");
    return nullptr;
  }
  return MakeExpr(op, *result, span, {std::move(a), std::move(b)});
}

TypedExprPtr Checker::Check(const ast::ArithExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr result = CheckExpr(*n.operands.front(), s);
  for (size_t i = 0; i < n.ops.size(); ++i) {
    TypedExprPtr right = CheckExpr(*n.operands[i + 1], s);
    if (result == nullptr || right == nullptr) {
      result = nullptr;
      continue;
    }
    SourceSpan span{n.operands.front()->span.begin, n.operands[i + 1]->span.end};
    result = Arithmetic(ToTyped(n.ops[i]), result, right, span);
  }
  (void)e;
  return result;
}

TypedExprPtr Checker::Compared(TypedOp op, TypedExprPtr a, TypedExprPtr b, SourceSpan span) {
  using ir::Type;
  // A literal null on one side is the null test (language-later.md L30).
  if (op == TypedOp::Eq || op == TypedOp::Ne) {
    TypedExprPtr tested = a->op == TypedOp::Null ? b : b->op == TypedOp::Null ? a : nullptr;
    if (tested != nullptr) {
      auto test = MakeExpr(TypedOp::IsNull, Type::Bool, span, {tested});
      if (op == TypedOp::Eq) return test;
      return MakeExpr(TypedOp::Not, Type::Bool, span, {test});
    }
  }
  bool ordering = op >= TypedOp::Lt && op <= TypedOp::Ge;
  bool known = a->type != Type::Any && b->type != Type::Any;
  bool alike = a->type == b->type || (IsNumber(a->type) && IsNumber(b->type));
  if (ordering && known && !alike) {
    Report(DiagnosticKind::TypeMismatch, span,
           fmt::format("{} and {} cannot be ordered", VplTypeName(a->type), VplTypeName(b->type)));
    return nullptr;
  }
  return MakeExpr(op, Type::Bool, span, {std::move(a), std::move(b)});
}

TypedExprPtr Checker::Check(const ast::CompareExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr left = CheckExpr(*n.left, s);
  TypedExprPtr right = CheckExpr(*n.right, s);
  if (left == nullptr || right == nullptr) return nullptr;
  return Compared(ToTyped(n.op), left, right, e.span);
}

TypedExprPtr Checker::Check(const ast::IsExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr operand = CheckExpr(*n.operand, s);
  if (operand == nullptr) return nullptr;
  TypedExprPtr test;
  if (n.type_name == "null") {
    test = MakeExpr(TypedOp::IsNull, ir::Type::Bool, e.span, {operand});
  } else {
    std::string name = n.type_name == "str" ? "is_string" : "is_" + n.type_name;
    int builtin = ir::FindBuiltin(name);
    if (builtin < 0) {
      Report(DiagnosticKind::UnknownType, n.type_span,
             fmt::format("`is` cannot test for `{}`", n.type_name),
             "int float bool str timestamp duration array map null");
      return nullptr;
    }
    auto call = MakeExpr(TypedOp::Call, ir::Type::Bool, e.span, {operand});
    call->index = static_cast<uint32_t>(builtin);
    test = call;
  }
  return n.negated ? MakeExpr(TypedOp::Not, ir::Type::Bool, e.span, {test}) : test;
}

TypedExprPtr Checker::Check(const ast::LogicalExpr& n, const ast::Expr& e, const Scope& s) {
  TypedOp op = n.op == ast::LogicalOp::And  ? TypedOp::And
               : n.op == ast::LogicalOp::Or ? TypedOp::Or
                                            : TypedOp::Xor;
  auto expr = MakeExpr(op, ir::Type::Bool, e.span);
  bool good = true;
  for (const ast::ExprPtr& operand : n.operands) {
    TypedExprPtr value = CheckExpr(*operand, s);
    if (value == nullptr) {
      good = false;
      continue;
    }
    if (value->type != ir::Type::Bool && value->type != ir::Type::Any) {
      Report(DiagnosticKind::ConditionNotBoolean, operand->span,
             fmt::format("an operand of `and`, `or`, `xor` must be a boolean, this is {}",
                         VplTypeName(value->type)));
      good = false;
    }
    expr->args.push_back(value);
  }
  return good ? expr : nullptr;
}

TypedExprPtr Checker::Check(const ast::CoalesceExpr& n, const ast::Expr& e, const Scope& s) {
  auto expr = MakeExpr(TypedOp::Coalesce, ir::Type::Any, e.span);
  for (const ast::ExprPtr& operand : n.operands) {
    TypedExprPtr value = CheckExpr(*operand, s);
    if (value == nullptr) return nullptr;
    expr->args.push_back(value);
  }
  bool same = std::all_of(expr->args.begin(), expr->args.end(), [&](const TypedExprPtr& arg) {
    return arg->type == expr->args.front()->type;
  });
  if (same) expr->type = expr->args.front()->type;
  return expr;
}

TypedExprPtr Checker::Check(const ast::RangeExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr low = CheckExpr(*n.low, s);
  TypedExprPtr high = CheckExpr(*n.high, s);
  if (low == nullptr || high == nullptr) return nullptr;
  if (n.inclusive) {
    auto one = MakeExpr(TypedOp::Int, ir::Type::Int, e.span);
    one->integer = 1;
    high = Arithmetic(TypedOp::Add, high, one, e.span);
    if (high == nullptr) return nullptr;
  }
  auto call = MakeExpr(TypedOp::Call, ir::Type::Any, e.span, {low, high});
  call->index = static_cast<uint32_t>(ir::FindBuiltin("range"));
  return call;
}

TypedExprPtr Checker::Check(const ast::IfExpr& n, const ast::Expr& e, const Scope& s) {
  TypedExprPtr condition = CheckCondition(*n.condition, s);
  TypedExprPtr then_value = CheckExpr(*n.then_value, s);
  TypedExprPtr else_value = CheckExpr(*n.else_value, s);
  if (condition == nullptr || then_value == nullptr || else_value == nullptr) return nullptr;
  ir::Type type = then_value->type == else_value->type ? then_value->type : ir::Type::Any;
  return MakeExpr(TypedOp::If, type, e.span, {condition, then_value, else_value});
}

std::optional<int64_t> Checker::ConstantDuration(const ast::Expr& expr, const Scope& scope) {
  Scope constant;
  constant.aliases = scope.aliases;
  TypedExprPtr value = CheckExpr(expr, constant);
  if (value == nullptr) return std::nullopt;
  if (value->op == TypedOp::Duration) return value->integer;
  // `n * 1m` and `1m * n` with literals.
  if (value->op == TypedOp::Mul && value->type == ir::Type::Duration) {
    const TypedExpr& a = *value->args[0];
    const TypedExpr& b = *value->args[1];
    int64_t product = 0;
    if (IsLiteral(a.op) && IsLiteral(b.op) &&
        !__builtin_mul_overflow(a.integer, b.integer, &product)) {
      return product;
    }
  }
  Report(DiagnosticKind::DurationExpected, expr.span, "a duration is expected here",
         "for example 5s, 10m or 1h");
  return std::nullopt;
}

}  // namespace varpulis::sema
