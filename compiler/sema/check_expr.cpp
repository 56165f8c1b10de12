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
  return std::visit([&](const auto& node) { return Check(node, expr, scope); }, expr.node);
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

TypedExprPtr Checker::ReadField(const RowShape& shape, const std::string& name, uint32_t input,
                                SourceSpan span) {
  const ShapeField* field = shape.Find(name);
  if (field == nullptr && name == "timestamp") {
    auto time = MakeExpr(TypedOp::EventTime, ir::Type::Timestamp, span);
    time->index = input;
    return time;
  }
  if (field == nullptr && name == "event_type") {
    auto type = MakeExpr(TypedOp::EventType, ir::Type::Str, span);
    type->index = input;
    return type;
  }
  if (field == nullptr && !shape.MayHave(name)) {
    std::vector<std::string> names;
    for (const ShapeField& candidate : shape.fields) names.push_back(candidate.name);
    Report(DiagnosticKind::UnknownField, span,
           fmt::format("`{}` has no field `{}`", shape.name, name),
           DidYouMean(diagnostics::ClosestName(name, names)), "this never has a value");
  }
  auto read = MakeExpr(TypedOp::Field, field != nullptr ? field->type : ir::Type::Any, span);
  read->text = name;
  read->index = input;
  return read;
}

TypedExprPtr Checker::ReadGlobal(const std::string& name, SourceSpan span) {
  auto global = globals_.find(name);
  if (global == globals_.end()) return nullptr;
  if (global->second.lambda != nullptr) return LambdaAsValue(span);
  if (global->second.literal) {
    auto copy = std::make_shared<TypedExpr>(*global->second.literal);
    copy->span = span;
    return copy;
  }
  auto read = MakeExpr(TypedOp::Global, ir::Type::Any, span);
  read->index = global->second.index;
  read->text = name;
  return read;
}

TypedExprPtr Checker::UnknownName(const std::string& name, SourceSpan span, const Scope& s) {
  std::vector<std::string> names;
  for (const auto& [global, unused] : globals_) names.push_back(global);
  if (s.function != nullptr) {
    for (const auto& block : s.function->blocks) {
      for (const auto& [local, unused] : block) names.push_back(local);
    }
  }
  Report(DiagnosticKind::NameWithoutMeaning, span, fmt::format("`{}` is not known here", name),
         DidYouMean(diagnostics::ClosestName(name, names)));
  return MakeExpr(TypedOp::Null, ir::Type::Any, span);
}

TypedExprPtr Checker::Check(const ast::NameExpr& n, const ast::Expr& e, const Scope& s) {
  if (s.function != nullptr) return NameInFunction(n, e, s);
  if (!n.backticked) {
    for (auto alias = s.aliases.rbegin(); alias != s.aliases.rend(); ++alias) {
      if (alias->name != n.name) continue;
      const bool is_field = s.row != nullptr && s.row->Find(n.name) != nullptr;
      if (is_field && !alias->parameter) break;
      auto event = MakeExpr(TypedOp::Event, ir::Type::Any, e.span);
      event->index = alias->input;
      return event;
    }
    auto global = globals_.find(n.name);
    if (global != globals_.end()) {
      if (s.row != nullptr && s.row->Find(n.name) != nullptr) {
        Report(DiagnosticKind::NameShadows, e.span,
               fmt::format("`{}` is the top-level constant here, not the field", n.name),
               fmt::format("write `{}` in backticks to read the field", n.name), "",
               {{global->second.span, "declared here"}});
      }
      return ReadGlobal(n.name, e.span);
    }
  }
  if (s.in_aggregate && !s.inside_aggregate_call) {
    if (std::find(s.key_fields.begin(), s.key_fields.end(), n.name) == s.key_fields.end()) {
      Report(DiagnosticKind::FieldOutsideAggregate, e.span,
             fmt::format("field `{}` must be inside an aggregate function", n.name),
             fmt::format("last({0}), sum({0}), avg({0}) or max({0})", n.name),
             "which of the group's values?");
      return nullptr;
    }
  }
  if (s.row == nullptr) return UnknownName(n.name, e.span, s);
  if (!n.backticked &&
      std::find(s.later_aliases.begin(), s.later_aliases.end(), n.name) != s.later_aliases.end()) {
    Report(DiagnosticKind::AliasNotBound, e.span,
           fmt::format("alias `{}` is not bound at this point", n.name),
           "a step can only use aliases of the steps before it");
    return nullptr;
  }
  bool own = n.name == "timestamp" || n.name == "event_type";
  if (s.after_match && !own && s.row->Find(n.name) == nullptr) {
    // The alias whose event has the field is what was meant (decision D21).
    std::string help;
    for (const Scope::Alias& alias : s.aliases) {
      if (alias.shape->open || alias.shape->Find(n.name) == nullptr) continue;
      help += fmt::format("{}{}.{}", help.empty() ? "write " : " or ", alias.name, n.name);
    }
    if (help.empty() && !s.aliases.empty()) {
      help = fmt::format("write {}.{}", s.aliases.back().name, n.name);
    }
    Report(DiagnosticKind::NameWithoutMeaning, e.span,
           fmt::format("after a match `{}` is no event's field", n.name), std::move(help),
           "this never has a value");
    auto read = MakeExpr(TypedOp::Field, ir::Type::Any, e.span);
    read->text = n.name;
    return read;
  }
  return ReadField(*s.row, n.name, kCurrentRow, e.span);
}

TypedExprPtr Checker::Check(const ast::MemberExpr& n, const ast::Expr& e, const Scope& s) {
  const auto* base = std::get_if<ast::NameExpr>(&n.object->node);
  if (base != nullptr && base->backticked) base = nullptr;
  if (base != nullptr && s.function != nullptr) {
    if (IsAlias(base->name, s)) return Capture(*s.function, CheckExpr(e, *s.function->outer));
  } else if (base != nullptr) {
    for (auto alias = s.aliases.rbegin(); alias != s.aliases.rend(); ++alias) {
      if (alias->name != base->name) continue;
      if (s.in_aggregate && !s.inside_aggregate_call) {
        Report(DiagnosticKind::FieldOutsideAggregate, e.span,
               fmt::format("`{}.{}` must be inside an aggregate function", base->name, n.name));
        return nullptr;
      }
      return ReadField(*alias->shape, n.name, alias->input, e.span);
    }
    if (std::find(s.later_aliases.begin(), s.later_aliases.end(), base->name) !=
        s.later_aliases.end()) {
      Report(DiagnosticKind::AliasNotBound, n.object->span,
             fmt::format("alias `{}` is not bound at this point", base->name),
             "a step can only use aliases of the steps before it");
      return nullptr;
    }
    if (s.row != nullptr && s.row->FindGroup(base->name) != nullptr) {
      return Check(ast::NameExpr{base->name + "." + n.name, true}, e, s);
    }
  }
  TypedExprPtr object = CheckExpr(*n.object, s);
  if (object == nullptr) return nullptr;
  auto key = MakeExpr(TypedOp::Str, ir::Type::Str, n.name_span);
  key->text = n.name;
  return MakeExpr(TypedOp::Member, ir::Type::Any, e.span, {object, key});
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
