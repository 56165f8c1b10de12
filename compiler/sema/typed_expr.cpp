#include "compiler/sema/typed_expr.h"

#include <fmt/format.h>

#include "base/time.h"
#include "compiler/ir/kernel.h"
#include "compiler/sema/aggregate_kind.h"

namespace varpulis::sema {
namespace {

constexpr const char* kOpNames[] = {
#define VPL_TYPED_OP(name) #name,
#include "compiler/sema/typed_op.def"
};

template <typename Change>
TypedExprPtr Rewrite(const TypedExprPtr& expr, const Change& change) {
  auto copy = std::make_shared<TypedExpr>(*expr);
  change(*copy);
  for (TypedExprPtr& arg : copy->args) arg = Rewrite(arg, change);
  return copy;
}

bool ReadsAnEvent(TypedOp op) {
  return op == TypedOp::Field || op == TypedOp::Event || op == TypedOp::EventTime ||
         op == TypedOp::EventType || op == TypedOp::Elements || op == TypedOp::ElementFields ||
         op == TypedOp::ElementCount;
}

std::string LiteralText(const TypedExpr& expr) {
  if (expr.op == TypedOp::Null) return "null";
  if (expr.op == TypedOp::Bool) return expr.integer != 0 ? "true" : "false";
  if (expr.op == TypedOp::Int) return fmt::format("{}", expr.integer);
  if (expr.op == TypedOp::Float) {
    std::string text = fmt::format("{}", expr.number);
    return text.find_first_of(".enai") == std::string::npos ? text + ".0" : text;
  }
  if (expr.op == TypedOp::Str) return fmt::format("\"{}\"", expr.text);
  if (expr.op == TypedOp::Duration) return base::FormatDuration(expr.integer);
  return "@" + base::FormatTimestamp(expr.integer);
}

const char* InfixOf(TypedOp op) {
  static constexpr std::pair<TypedOp, const char*> kInfix[] = {
      {TypedOp::Add, "+"},        {TypedOp::Sub, "-"},         {TypedOp::Mul, "*"},
      {TypedOp::Div, "/"},        {TypedOp::Mod, "%"},         {TypedOp::Pow, "**"},
      {TypedOp::ShiftLeft, "<<"}, {TypedOp::ShiftRight, ">>"}, {TypedOp::BitAnd, "&"},
      {TypedOp::BitXor, "^"},     {TypedOp::BitOr, "|"},       {TypedOp::Eq, "=="},
      {TypedOp::Ne, "!="},        {TypedOp::Lt, "<"},          {TypedOp::Le, "<="},
      {TypedOp::Gt, ">"},         {TypedOp::Ge, ">="},         {TypedOp::In, "in"},
      {TypedOp::NotIn, "not in"}, {TypedOp::And, "and"},       {TypedOp::Xor, "xor"},
      {TypedOp::Or, "or"},        {TypedOp::Coalesce, "??"}};
  for (const auto& [kind, text] : kInfix) {
    if (kind == op) return text;
  }
  return nullptr;
}

std::string InputPrefix(const TypedExpr& expr, const std::vector<std::string>& step_names) {
  if (expr.index == kCurrentRow || expr.index >= step_names.size()) return "";
  const std::string& name = step_names[expr.index];
  return (name.empty() ? fmt::format("step{}", expr.index + 1) : name) + ".";
}

std::string ListText(const TypedExpr& expr, const std::vector<std::string>& step_names) {
  std::string text;
  for (size_t i = 0; i < expr.args.size(); ++i) {
    if (i > 0) text += ", ";
    if (expr.op == TypedOp::Map) text += expr.keys[i] + ": ";
    text += ToText(*expr.args[i], step_names);
  }
  return text;
}

}  // namespace

std::string_view OpName(TypedOp op) { return kOpNames[static_cast<size_t>(op)]; }

std::string_view VplTypeName(ir::Type type) {
  switch (type) {
    case ir::Type::Bool:
      return "bool";
    case ir::Type::Int:
      return "int";
    case ir::Type::Float:
      return "float";
    case ir::Type::Str:
      return "str";
    case ir::Type::Timestamp:
      return "timestamp";
    case ir::Type::Duration:
      return "duration";
    case ir::Type::Any:
      return "any";
    case ir::Type::Set:
      return "set";
    case ir::Type::List:
      return "list";
  }
  return {};
}

bool IsLiteral(TypedOp op) { return op <= TypedOp::Timestamp; }

bool Reads(const TypedExpr& expr, uint32_t input) {
  if (ReadsAnEvent(expr.op) && expr.index == input) return true;
  for (const TypedExprPtr& arg : expr.args) {
    if (Reads(*arg, input)) return true;
  }
  return false;
}

bool ReadsSteps(const TypedExpr& expr) {
  if (ReadsAnEvent(expr.op) && expr.index != kCurrentRow) return true;
  for (const TypedExprPtr& arg : expr.args) {
    if (ReadsSteps(*arg)) return true;
  }
  return false;
}

void SplitConjuncts(const TypedExprPtr& expr, std::vector<TypedExprPtr>& out) {
  if (expr->op != TypedOp::And) {
    out.push_back(expr);
    return;
  }
  for (const TypedExprPtr& arg : expr->args) SplitConjuncts(arg, out);
}

TypedExprPtr JoinConjuncts(const std::vector<TypedExprPtr>& conjuncts) {
  if (conjuncts.empty()) return nullptr;
  if (conjuncts.size() == 1) return conjuncts.front();
  auto joined = std::make_shared<TypedExpr>();
  joined->op = TypedOp::And;
  joined->type = ir::Type::Bool;
  joined->span = conjuncts.front()->span;
  joined->args = conjuncts;
  return joined;
}

TypedExprPtr StepToCurrent(const TypedExprPtr& expr, uint32_t step) {
  return Rewrite(expr, [step](TypedExpr& node) {
    if (ReadsAnEvent(node.op) && node.index == step) node.index = kCurrentRow;
  });
}

TypedExprPtr CurrentToStep(const TypedExprPtr& expr, uint32_t step) {
  return Rewrite(expr, [step](TypedExpr& node) {
    if (ReadsAnEvent(node.op) && node.index == kCurrentRow) node.index = step;
  });
}

std::string Print(const TypedExpr& expr) {
  if (IsLiteral(expr.op)) return LiteralText(expr);
  std::string name;
  for (char c : OpName(expr.op)) name += static_cast<char>(std::tolower(c));
  std::string text = fmt::format("({}:{}", name, ir::TypeName(expr.type));
  if (expr.op == TypedOp::Call) text += fmt::format(" {}", ir::Builtins()[expr.index].name);
  if (expr.op == TypedOp::Aggregate) text += fmt::format(" {}", AggregateName(expr.index));
  if (ReadsAnEvent(expr.op) && expr.index != kCurrentRow) text += fmt::format(" #{}", expr.index);
  if (!expr.text.empty()) text += " " + expr.text;
  for (size_t i = 0; i < expr.args.size(); ++i) {
    text += " ";
    if (expr.op == TypedOp::Map) text += expr.keys[i] + "=";
    text += Print(*expr.args[i]);
  }
  return text + ")";
}

std::string ToText(const TypedExpr& expr, const std::vector<std::string>& step_names) {
  if (IsLiteral(expr.op)) return LiteralText(expr);
  if (const char* infix = InfixOf(expr.op)) {
    std::string text;
    for (size_t i = 0; i < expr.args.size(); ++i) {
      if (i > 0) text += fmt::format(" {} ", infix);
      bool nested = InfixOf(expr.args[i]->op) != nullptr || expr.args[i]->op == TypedOp::If;
      std::string operand = ToText(*expr.args[i], step_names);
      text += nested ? "(" + operand + ")" : operand;
    }
    return text;
  }
  std::string list = ListText(expr, step_names);
  if (expr.op == TypedOp::Field) return InputPrefix(expr, step_names) + expr.text;
  if (expr.op == TypedOp::Event) return InputPrefix(expr, step_names) + "*";
  if (expr.op == TypedOp::Elements) {
    const std::string prefix = InputPrefix(expr, step_names);
    return prefix.substr(0, prefix.size() - 1);
  }
  if (expr.op == TypedOp::ElementFields) return InputPrefix(expr, step_names) + expr.text + "[]";
  if (expr.op == TypedOp::ElementCount) {
    const std::string prefix = InputPrefix(expr, step_names);
    return fmt::format("len({})", prefix.substr(0, prefix.size() - 1));
  }
  if (expr.op == TypedOp::EventTime) return InputPrefix(expr, step_names) + "timestamp";
  if (expr.op == TypedOp::EventType) return InputPrefix(expr, step_names) + "event_type";
  if (expr.op == TypedOp::Global) return expr.text;
  if (expr.op == TypedOp::Negate) return "-(" + list + ")";
  if (expr.op == TypedOp::BitNot) return "~(" + list + ")";
  if (expr.op == TypedOp::Not) return "not (" + list + ")";
  if (expr.op == TypedOp::IsNull) return list + " is null";
  if (expr.op == TypedOp::Call) return fmt::format("{}({})", ir::Builtins()[expr.index].name, list);
  if (expr.op == TypedOp::Aggregate) return fmt::format("{}({})", AggregateName(expr.index), list);
  if (expr.op == TypedOp::Local) return expr.text;
  if (expr.op == TypedOp::CallFunction) return fmt::format("{}({})", expr.text, list);
  if (expr.op == TypedOp::MapEach) return fmt::format("map({}, {})", list, expr.text);
  if (expr.op == TypedOp::FilterEach) return fmt::format("filter({}, {})", list, expr.text);
  if (expr.op == TypedOp::Array) return "[" + list + "]";
  if (expr.op == TypedOp::Map) return "{" + list + "}";
  if (expr.op == TypedOp::Member) {
    return fmt::format("{}.{}", ToText(*expr.args[0], step_names), expr.args[1]->text);
  }
  if (expr.op == TypedOp::Index) {
    return fmt::format("{}[{}]", ToText(*expr.args[0], step_names),
                       ToText(*expr.args[1], step_names));
  }
  return fmt::format("if {} then {} else {}", ToText(*expr.args[0], step_names),
                     ToText(*expr.args[1], step_names), ToText(*expr.args[2], step_names));
}

}  // namespace varpulis::sema
