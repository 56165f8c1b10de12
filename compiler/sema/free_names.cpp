#include "compiler/sema/free_names.h"

#include <type_traits>
#include <vector>

namespace varpulis::sema {
namespace {

// Walks a body once. Nesting is bounded by the parser.
class Walk {
 public:
  BodyNames names;
  std::set<std::string> declared;
  std::map<std::string, std::set<std::string>>* emitted_fields = nullptr;

  void Block(const ast::Block& block) {
    for (const auto& statement : block) Statement(*statement);
  }

  void Expr(const ast::ExprPtr& expr) {
    if (expr) Expr(*expr);
  }
  void Expr(const ast::Expr& expr) {
    std::visit([&](const auto& node) { Visit(node); }, expr.node);
  }

 private:
  void Statement(const ast::Statement& statement) {
    std::visit([&](const auto& node) { Visit(node); }, statement.node);
  }
  void All(const std::vector<ast::ExprPtr>& list) {
    for (const ast::ExprPtr& expr : list) Expr(expr);
  }

  void Visit(const ast::NameExpr& n) {
    if (n.backticked || !declared.contains(n.name)) names.free.insert(n.name);
  }
  void Visit(const ast::ArrayLiteral& n) { All(n.elements); }
  void Visit(const ast::MapLiteral& n) {
    for (const ast::MapEntry& entry : n.entries) Expr(entry.value);
  }
  void Visit(const ast::MemberExpr& n) { Expr(n.object); }
  void Visit(const ast::IndexExpr& n) {
    Expr(n.object);
    Expr(n.index);
  }
  void Visit(const ast::SliceExpr& n) {
    Expr(n.object);
    Expr(n.low);
    Expr(n.high);
  }
  void Visit(const ast::CallExpr& n) {
    if (const auto* callee = std::get_if<ast::NameExpr>(&n.callee->node)) {
      names.called.insert(callee->name);
      names.reads_time |= callee->name == "event_time" || callee->name == "now";
    } else if (const auto* member = std::get_if<ast::MemberExpr>(&n.callee->node)) {
      Expr(member->object);
    }
    for (const ast::CallArgument& argument : n.arguments) Expr(argument.value);
  }
  void Visit(const ast::UnaryExpr& n) { Expr(n.operand); }
  void Visit(const ast::ArithExpr& n) { All(n.operands); }
  void Visit(const ast::CompareExpr& n) {
    Expr(n.left);
    Expr(n.right);
  }
  void Visit(const ast::IsExpr& n) { Expr(n.operand); }
  void Visit(const ast::LogicalExpr& n) { All(n.operands); }
  void Visit(const ast::CoalesceExpr& n) { All(n.operands); }
  void Visit(const ast::RangeExpr& n) {
    Expr(n.low);
    Expr(n.high);
  }
  void Visit(const ast::IfExpr& n) {
    Expr(n.condition);
    Expr(n.then_value);
    Expr(n.else_value);
  }
  void Visit(const ast::LambdaExpr& n) {
    for (const std::string& parameter : n.parameters) declared.insert(parameter);
    Expr(n.body);
    Block(n.block);
  }
  void Visit(const ast::VariableDecl& n) {
    Expr(n.value);
    declared.insert(n.name.name);
  }
  void Visit(const ast::AssignStatement& n) {
    names.assigned.insert(n.name.name);
    Expr(n.value);
  }
  void Visit(const ast::IfStatement& n) {
    for (const ast::IfStatement::Arm& arm : n.arms) {
      Expr(arm.condition);
      Block(arm.body);
    }
  }
  void Visit(const ast::ForStatement& n) {
    Expr(n.sequence);
    declared.insert(n.variable.name);
    Block(n.body);
  }
  void Visit(const ast::WhileStatement& n) {
    Expr(n.condition);
    Block(n.body);
  }
  void Visit(const ast::ReturnStatement& n) { Expr(n.value); }
  void Visit(const ast::EmitStatement& n) {
    names.emitted.insert(n.type.name);
    for (const ast::Argument& field : n.fields) {
      Expr(field.value);
      if (emitted_fields != nullptr) (*emitted_fields)[n.type.name].insert(field.name.name);
    }
  }
  void Visit(const ast::ExpressionStatement& n) { Expr(n.value); }
  // Literals, and declarations that cannot stand in a block.
  template <typename Other>
  void Visit(const Other&) {}
};

}  // namespace

BodyNames NamesOf(const ast::FunctionDecl& function) {
  Walk walk;
  for (const ast::Parameter& parameter : function.parameters) {
    walk.declared.insert(parameter.name.name);
  }
  walk.Block(function.body);
  return std::move(walk.names);
}

std::set<std::string> CalledIn(const ast::Expr& expr) {
  Walk walk;
  walk.Expr(expr);
  return std::move(walk.names.called);
}

void EmittedFields(const ast::FunctionDecl& function,
                   std::map<std::string, std::set<std::string>>& fields) {
  Walk walk;
  walk.emitted_fields = &fields;
  walk.Block(function.body);
}

}  // namespace varpulis::sema
