#include "compiler/sema/fold.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/limits.h"

namespace varpulis::sema {
namespace {

bool IsInt(const TypedExpr& expr) { return expr.op == TypedOp::Int; }
bool IsNumber(const TypedExpr& expr) {
  return expr.op == TypedOp::Int || expr.op == TypedOp::Float;
}
double NumberOf(const TypedExpr& expr) {
  return expr.op == TypedOp::Int ? static_cast<double>(expr.integer) : expr.number;
}

TypedExprPtr Literal(const TypedExpr& from, TypedOp op, ir::Type type, int64_t integer,
                     double number = 0) {
  auto literal = std::make_shared<TypedExpr>();
  literal->op = op;
  literal->type = type;
  literal->span = from.span;
  literal->integer = integer;
  literal->number = number;
  return literal;
}

std::optional<int64_t> FoldInts(TypedOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  const bool divides = b != 0 && !(a == std::numeric_limits<int64_t>::min() && b == -1);
  if (op == TypedOp::Add && !__builtin_add_overflow(a, b, &result)) return result;
  if (op == TypedOp::Sub && !__builtin_sub_overflow(a, b, &result)) return result;
  if (op == TypedOp::Mul && !__builtin_mul_overflow(a, b, &result)) return result;
  if (op == TypedOp::Div && divides) return a / b;
  if (op == TypedOp::Mod && divides) return a % b;
  if (op == TypedOp::BitAnd) return a & b;
  if (op == TypedOp::BitOr) return a | b;
  if (op == TypedOp::BitXor) return a ^ b;
  return std::nullopt;
}

std::optional<double> FoldFloats(TypedOp op, double a, double b) {
  if (op == TypedOp::Add) return a + b;
  if (op == TypedOp::Sub) return a - b;
  if (op == TypedOp::Mul) return a * b;
  if (op == TypedOp::Div && b != 0) return a / b;
  return std::nullopt;
}

TypedExprPtr FoldBinary(const TypedExpr& expr, const TypedExpr& a, const TypedExpr& b) {
  if (IsInt(a) && IsInt(b)) {
    auto value = FoldInts(expr.op, a.integer, b.integer);
    return value ? Literal(expr, TypedOp::Int, ir::Type::Int, *value) : nullptr;
  }
  if (IsNumber(a) && IsNumber(b)) {
    auto value = FoldFloats(expr.op, NumberOf(a), NumberOf(b));
    return value ? Literal(expr, TypedOp::Float, ir::Type::Float, 0, *value) : nullptr;
  }
  if (expr.op == TypedOp::Add && a.op == TypedOp::Str && b.op == TypedOp::Str) {
    if (a.text.size() + b.text.size() > limits::kMaxFoldedBytes) return nullptr;
    auto text = std::make_shared<TypedExpr>(a);
    text->span = expr.span;
    text->text += b.text;
    return text;
  }
  const bool durations = a.op == TypedOp::Duration && b.op == TypedOp::Duration;
  const bool times_int = (a.op == TypedOp::Duration && IsInt(b)) ||
                         (IsInt(a) && b.op == TypedOp::Duration && expr.op == TypedOp::Mul);
  const bool folds = durations ? expr.op == TypedOp::Add || expr.op == TypedOp::Sub
                               : times_int && (expr.op == TypedOp::Mul || expr.op == TypedOp::Div);
  if (!folds) return nullptr;
  auto value = FoldInts(expr.op, a.integer, b.integer);
  // A negative duration has no value, which is for the run time to say.
  if (!value || *value < 0) return nullptr;
  return Literal(expr, TypedOp::Duration, ir::Type::Duration, *value);
}

TypedExprPtr FoldOne(const TypedExpr& expr) {
  if (expr.args.size() == 2) return FoldBinary(expr, *expr.args[0], *expr.args[1]);
  if (expr.op == TypedOp::Not && expr.args[0]->op == TypedOp::Bool) {
    return Literal(expr, TypedOp::Bool, ir::Type::Bool, expr.args[0]->integer == 0 ? 1 : 0);
  }
  return nullptr;
}

bool IsOperator(TypedOp op) {
  return (op >= TypedOp::Negate && op <= TypedOp::If) || op == TypedOp::Array ||
         op == TypedOp::Map || op == TypedOp::Member || op == TypedOp::Index;
}

}  // namespace

bool IsConstant(const TypedExpr& expr, const std::set<uint32_t>& constants) {
  if (IsLiteral(expr.op)) return true;
  if (expr.op == TypedOp::Global) return constants.contains(expr.index);
  return IsOperator(expr.op) &&
         std::all_of(expr.args.begin(), expr.args.end(),
                     [&](const TypedExprPtr& arg) { return IsConstant(*arg, constants); });
}

TypedExprPtr Fold(const TypedExprPtr& expr) {
  const bool arithmetic = expr->op >= TypedOp::Add && expr->op <= TypedOp::BitOr;
  if (!arithmetic && expr->op != TypedOp::Not) return expr;
  auto copy = std::make_shared<TypedExpr>(*expr);
  bool literals = true;
  for (TypedExprPtr& arg : copy->args) {
    arg = Fold(arg);
    literals = literals && IsLiteral(arg->op) && arg->op != TypedOp::Null;
  }
  if (!literals) return copy;
  TypedExprPtr folded = FoldOne(*copy);
  return folded == nullptr ? copy : folded;
}

}  // namespace varpulis::sema
