// Expressions back to VPL text.

#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/time.h"
#include "compiler/ast/program.h"

namespace varpulis::ast {

namespace {

// Levels of language.md 1.6; a part whose level is looser than its place allows gets parentheses.
enum Level {
  kPrimary = 1,
  kPower = 2,
  kUnary = 3,
  kProduct = 4,
  kCompare = 10,
  kNot = 11,
  kCoalesce = 15,
  kRange = 16,
  kChoice = 17,
};

struct OpWord {
  std::string_view word;
  int level;
};

OpWord WordOf(ArithOp op) {
  switch (op) {
    case ArithOp::Add:
      return {"+", 5};
    case ArithOp::Sub:
      return {"-", 5};
    case ArithOp::Mul:
      return {"*", kProduct};
    case ArithOp::Div:
      return {"/", kProduct};
    case ArithOp::Mod:
      return {"%", kProduct};
    case ArithOp::Pow:
      return {"**", kPower};
    case ArithOp::ShiftLeft:
      return {"<<", 6};
    case ArithOp::ShiftRight:
      return {">>", 6};
    case ArithOp::BitAnd:
      return {"&", 7};
    case ArithOp::BitXor:
      return {"^", 8};
    case ArithOp::BitOr:
      return {"|", 9};
  }
  return {};
}

std::string_view WordOf(CompareOp op) {
  switch (op) {
    case CompareOp::Eq:
      return "==";
    case CompareOp::Ne:
      return "!=";
    case CompareOp::Lt:
      return "<";
    case CompareOp::Le:
      return "<=";
    case CompareOp::Gt:
      return ">";
    case CompareOp::Ge:
      return ">=";
    case CompareOp::In:
      return "in";
    case CompareOp::NotIn:
      return "not in";
  }
  return {};
}

OpWord WordOf(LogicalOp op) {
  switch (op) {
    case LogicalOp::And:
      return {"and", 12};
    case LogicalOp::Xor:
      return {"xor", 13};
    case LogicalOp::Or:
      return {"or", 14};
  }
  return {};
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

bool IsIdentifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == name.npos;
}
std::string NameText(const std::string& name, bool backticked) {
  return backticked ? "`" + name + "`" : name;
}

class ExprPrinter {
 public:
  // The text, in parentheses when it binds looser than `loosest`.
  static std::string At(const ExprPtr& expr, int loosest) {
    return expr == nullptr ? std::string() : At(*expr, loosest);
  }
  static std::string At(const Expr& expr, int loosest) {
    ExprPrinter printer;
    std::string text = std::visit(printer, expr.node);
    return printer.level_ > loosest ? "(" + text + ")" : text;
  }

  std::string operator()(const NullLiteral&) { return "null"; }
  std::string operator()(const BoolLiteral& e) { return e.value ? "true" : "false"; }
  std::string operator()(const IntLiteral& e) {
    if (e.value < 0) level_ = kUnary;
    return std::to_string(e.value);
  }
  std::string operator()(const FloatLiteral& e) {
    std::string text = fmt::format("{}", e.value);
    const bool plain = text.find_first_of(".en") == std::string::npos;
    return plain ? text + ".0" : text;
  }
  std::string operator()(const StringLiteral& e) { return Quoted(e.value); }
  std::string operator()(const DurationLiteral& e) { return base::FormatDuration(e.ns); }
  std::string operator()(const TimestampLiteral& e) { return "@" + base::FormatTimestamp(e.ns); }
  std::string operator()(const ArrayLiteral& e) { return "[" + List(e.elements) + "]"; }
  std::string operator()(const MapLiteral& e) {
    if (e.entries.empty()) return "{}";
    std::vector<std::string> entries;
    for (const MapEntry& entry : e.entries) {
      const std::string key = IsIdentifier(entry.key) ? entry.key : Quoted(entry.key);
      entries.push_back(key + ": " + At(entry.value, kChoice));
    }
    return fmt::format("{{ {} }}", fmt::join(entries, ", "));
  }
  std::string operator()(const NameExpr& e) { return NameText(e.name, e.backticked); }
  std::string operator()(const MemberExpr& e) {
    return At(e.object, kPrimary) + (e.safe ? "?." : ".") + NameText(e.name, !IsIdentifier(e.name));
  }
  std::string operator()(const IndexExpr& e) {
    return At(e.object, kPrimary) + "[" + At(e.index, kChoice) + "]";
  }
  std::string operator()(const SliceExpr& e) {
    return At(e.object, kPrimary) + "[" + At(e.low, kChoice) + ":" + At(e.high, kChoice) + "]";
  }
  std::string operator()(const CallExpr& e) {
    std::vector<std::string> arguments;
    for (const CallArgument& argument : e.arguments) {
      const std::string name = argument.name.empty() ? "" : argument.name + ": ";
      arguments.push_back(name + At(argument.value, kChoice));
    }
    return fmt::format("{}({})", At(e.callee, kPrimary), fmt::join(arguments, ", "));
  }
  std::string operator()(const UnaryExpr& e) {
    level_ = e.op == UnaryOp::Not ? kNot : kUnary;
    const std::string_view word = e.op == UnaryOp::Not      ? "not "
                                  : e.op == UnaryOp::BitNot ? "~"
                                                            : "-";
    return std::string(word) + At(e.operand, level_);
  }
  std::string operator()(const ArithExpr& e) {
    level_ = WordOf(e.ops.front()).level;
    const bool power = level_ == kPower;
    std::string text = At(e.operands.front(), level_ - 1);
    for (size_t i = 0; i < e.ops.size(); ++i) {
      text += fmt::format(" {} ", WordOf(e.ops[i]).word);
      text += At(e.operands[i + 1], power ? static_cast<int>(kUnary) : level_ - 1);
    }
    return text;
  }
  std::string operator()(const CompareExpr& e) {
    level_ = kCompare;
    return fmt::format("{} {} {}", At(e.left, kCompare - 1), WordOf(e.op),
                       At(e.right, kCompare - 1));
  }
  std::string operator()(const IsExpr& e) {
    level_ = kCompare;
    return fmt::format("{} is {}{}", At(e.operand, kCompare - 1), e.negated ? "not " : "",
                       e.type_name);
  }
  std::string operator()(const LogicalExpr& e) {
    const OpWord op = WordOf(e.op);
    level_ = op.level;
    return Joined(e.operands, op.word);
  }
  std::string operator()(const CoalesceExpr& e) {
    level_ = kCoalesce;
    return Joined(e.operands, "??");
  }
  std::string operator()(const RangeExpr& e) {
    level_ = kRange;
    return At(e.low, kCoalesce) + (e.inclusive ? "..=" : "..") + At(e.high, kCoalesce);
  }
  std::string operator()(const IfExpr& e) {
    level_ = kChoice;
    return fmt::format("if {} then {} else {}", At(e.condition, kChoice), At(e.then_value, kChoice),
                       At(e.else_value, kChoice));
  }
  std::string operator()(const LambdaExpr& e) {
    level_ = kChoice;
    const bool one = e.parameters.size() == 1;
    const std::string list = fmt::format("{}", fmt::join(e.parameters, ", "));
    return (one ? list : "(" + list + ")") + " => " +
           (e.body ? At(e.body, kChoice) : Block(e.block));
  }

 private:
  static std::string List(const std::vector<ExprPtr>& parts) {
    std::vector<std::string> texts;
    for (const ExprPtr& part : parts) texts.push_back(At(part, kChoice));
    return fmt::format("{}", fmt::join(texts, ", "));
  }
  std::string Joined(const std::vector<ExprPtr>& operands, std::string_view word) const {
    std::vector<std::string> texts;
    for (const ExprPtr& operand : operands) texts.push_back(At(operand, level_ - 1));
    return fmt::format("{}", fmt::join(texts, fmt::format(" {} ", word)));
  }
  static std::string Block(const std::vector<std::unique_ptr<Statement>>& block) {
    std::vector<std::string> texts;
    for (const auto& statement : block) {
      if (const auto* decl = std::get_if<VariableDecl>(&statement->node)) {
        const char* word = decl->kind == VariableDecl::Kind::Let   ? "let"
                           : decl->kind == VariableDecl::Kind::Var ? "var"
                                                                   : "const";
        texts.push_back(fmt::format("{} {}{} = {}", word, decl->name.name,
                                    decl->type ? ": " + Print(*decl->type) : "",
                                    At(decl->value, kChoice)));
      } else if (const auto* assign = std::get_if<AssignStatement>(&statement->node)) {
        texts.push_back(fmt::format("{} := {}", assign->name.name, At(assign->value, kChoice)));
      } else if (const auto* plain = std::get_if<ExpressionStatement>(&statement->node)) {
        texts.push_back(At(plain->value, kChoice));
      }
    }
    return fmt::format("{{ {} }}", fmt::join(texts, "; "));
  }

  int level_ = kPrimary;
};

}  // namespace

std::string Print(const Expr& expr) { return ExprPrinter::At(expr, kChoice); }

}  // namespace varpulis::ast
