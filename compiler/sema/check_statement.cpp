// Imperative statements: of functions, of lambdas and at the top level (language.md 2.10).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/fold.h"

namespace varpulis::sema {

TypedBlock Checker::CheckBlock(const ast::Block& block, Scope& s) {
  FunctionScope& function = *s.function;
  TypedBlock typed;
  if (function.blocks.size() > static_cast<size_t>(limits::kMaxNestedBlocks)) {
    if (!block.empty()) {
      Report(DiagnosticKind::ProgramTooLarge, block.front()->span,
             fmt::format("blocks are nested more than {} deep", limits::kMaxNestedBlocks));
    }
    return typed;
  }
  function.blocks.emplace_back();
  for (const auto& statement : block) {
    std::visit([&](const auto& node) { CheckStatement(node, *statement, s, typed); },
               statement->node);
  }
  function.blocks.pop_back();
  return typed;
}

void Checker::NotHere(SourceSpan span, const std::string& what, const std::string& help) {
  Report(DiagnosticKind::StatementNotAllowedHere, span, what, help);
}

void Checker::CheckStatement(const ast::VariableDecl& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  FunctionScope& function = *s.function;
  auto& block = function.blocks.back();
  auto known = block.find(n.name.name);
  if (known != block.end()) {
    Report(DiagnosticKind::DeclaredTwice, n.name.span,
           fmt::format("`{}` is declared twice in one block", n.name.name), "", "",
           {{known->second.span, "first here"}});
    return;
  }
  auto global = globals_.find(n.name.name);
  if (global != globals_.end()) {
    Report(DiagnosticKind::NameShadows, n.name.span,
           fmt::format("`{}` hides the top-level variable of that name", n.name.name), "", "",
           {{global->second.span, "declared here"}});
  }
  const bool is_var = n.kind == ast::VariableDecl::Kind::Var;
  if (const auto* lambda = n.value ? std::get_if<ast::LambdaExpr>(&n.value->node) : nullptr) {
    if (is_var) LambdaAsValue(n.value->span);
    block[n.name.name] = {0, false, n.name.span, lambda};
    return;
  }
  TypedExprPtr value = CheckExpr(*n.value, s);
  ir::Type type = ir::Type::Any;
  if (n.type) {
    type = FieldType(*n.type);
    CheckInitialiser(type, value);
  } else if (!is_var && value != nullptr) {
    type = value->type;
  }
  if (n.kind == ast::VariableDecl::Kind::Const) CheckConstant(n, value);
  const uint32_t local = function.AddLocal(n.name.name, type);
  block[n.name.name] = {local, is_var, n.name.span, nullptr};
  if (value != nullptr) out.push_back({at.span, SetLocal{local, std::move(value)}});
}

// A value of a declared type: what can never be one is reported.
void Checker::CheckInitialiser(ir::Type type, const TypedExprPtr& value) {
  if (value == nullptr || value->op == TypedOp::Null || value->type == ir::Type::Any) return;
  const bool number = value->type == ir::Type::Int && type == ir::Type::Float;
  if (value->type == type || type == ir::Type::Any || number) return;
  Report(DiagnosticKind::TypeMismatch, value->span,
         fmt::format("expected {}, found {}", VplTypeName(type), VplTypeName(value->type)));
}

void Checker::CheckConstant(const ast::VariableDecl& n, const TypedExprPtr& value) {
  if (value == nullptr || IsConstant(*value, constants_)) return;
  Report(DiagnosticKind::ConstNotConstant, n.value->span,
         fmt::format("the initialiser of const `{}` is not constant", n.name.name),
         fmt::format("let {} = ... is evaluated when it is reached", n.name.name));
}

void Checker::CheckStatement(const ast::AssignStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  FunctionScope& function = *s.function;
  const FunctionScope::Variable* variable = function.Find(n.name.name);
  NoteVariable(n.name.name, n.name.span, s);
  auto immutable = [&](SourceSpan declared, const char* help) {
    Report(DiagnosticKind::AssignImmutable, n.name.span,
           fmt::format("cannot assign immutable `{}`", n.name.name), help, "",
           {{declared, "declared here"}});
  };
  TypedExprPtr value = CheckExpr(*n.value, s);
  if (variable != nullptr) {
    if (!variable->assignable) return immutable(variable->span, "declare it with var");
    const uint32_t local = variable->local;
    CheckInitialiser(function.body->locals[local].type, value);
    if (value != nullptr) out.push_back({at.span, SetLocal{local, std::move(value)}});
    return;
  }
  auto global = globals_.find(n.name.name);
  if (global != globals_.end()) {
    if (global->second.kind != ast::VariableDecl::Kind::Var) {
      return immutable(global->second.span, "declare it with var");
    }
    if (function.kind == BodyKind::Lambda) {
      return NotHere(n.name.span, fmt::format("a lambda cannot assign `{}`", n.name.name),
                     "write a fn");
    }
    if (function.kind != BodyKind::Load) program_.globals[global->second.index].assigned = true;
    if (value != nullptr) {
      out.push_back({at.span, SetGlobal{global->second.index, std::move(value)}});
    }
    return;
  }
  if (function.kind == BodyKind::Lambda) {
    return NotHere(n.name.span, fmt::format("`{}` is no variable of this lambda", n.name.name),
                   fmt::format("let {} = ...", n.name.name));
  }
  Report(DiagnosticKind::ImplicitDeclaration, n.name.span,
         fmt::format("this declares a variable `{}`", n.name.name),
         fmt::format("var {} = ... says so", n.name.name));
  const uint32_t local = function.AddLocal(n.name.name, ir::Type::Any);
  function.blocks.back()[n.name.name] = {local, true, n.name.span, nullptr};
  if (value != nullptr) out.push_back({at.span, SetLocal{local, std::move(value)}});
}

void Checker::CheckStatement(const ast::IfStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  IfArms typed;
  for (const ast::IfStatement::Arm& arm : n.arms) {
    TypedExprPtr condition = arm.condition ? CheckCondition(*arm.condition, s) : nullptr;
    typed.arms.push_back({std::move(condition), CheckBlock(arm.body, s)});
  }
  out.push_back({at.span, std::move(typed)});
}

void Checker::CheckStatement(const ast::ForStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  FunctionScope& function = *s.function;
  ForEachLoop loop;
  ir::Type type = ir::Type::Any;
  if (const auto* range = std::get_if<ast::RangeExpr>(&n.sequence->node)) {
    loop.low = CheckExpr(*range->low, s);
    loop.high = CheckExpr(*range->high, s);
    loop.inclusive = range->inclusive;
    for (const TypedExprPtr& bound : {loop.low, loop.high}) CheckInitialiser(ir::Type::Int, bound);
    if (loop.low == nullptr || loop.high == nullptr) return;
    type = ir::Type::Int;
  } else {
    loop.sequence = CheckExpr(*n.sequence, s);
    if (loop.sequence == nullptr) return;
  }
  loop.variable = function.AddLocal(n.variable.name, type);
  function.blocks.emplace_back();
  function.blocks.back()[n.variable.name] = {loop.variable, false, n.variable.span, nullptr};
  ++function.loops;
  loop.body = CheckBlock(n.body, s);
  --function.loops;
  function.blocks.pop_back();
  out.push_back({at.span, std::move(loop)});
}

void Checker::CheckStatement(const ast::WhileStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  WhileLoop loop;
  loop.condition = CheckCondition(*n.condition, s);
  ++s.function->loops;
  loop.body = CheckBlock(n.body, s);
  --s.function->loops;
  if (loop.condition != nullptr) out.push_back({at.span, std::move(loop)});
}

void Checker::CheckStatement(const ast::ReturnStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  if (s.function->kind == BodyKind::Load) {
    return NotHere(at.span, "`return` outside of a function", "");
  }
  TypedExprPtr value = n.value ? CheckExpr(*n.value, s) : nullptr;
  if (n.value && value == nullptr) return;
  out.push_back({at.span, ReturnValue{std::move(value)}});
}

void Checker::CheckStatement(const ast::BreakStatement&, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  if (s.function->loops == 0) return NotHere(at.span, "`break` outside of a loop", "");
  out.push_back({at.span, BreakLoop{}});
}

void Checker::CheckStatement(const ast::ContinueStatement&, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  if (s.function->loops == 0) return NotHere(at.span, "`continue` outside of a loop", "");
  out.push_back({at.span, ContinueLoop{}});
}

void Checker::CheckStatement(const ast::EmitStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  if (s.function->kind != BodyKind::Function) {
    return NotHere(at.span, "`emit` outside of a function",
                   "write a fn and call it in .process(...)");
  }
  NoteDeclared(NameKind::Event, "event", n.type);
  auto fields = MakeExpr(TypedOp::Map, ir::Type::Any, at.span);
  for (const ast::Argument& field : n.fields) {
    if (field.name.empty() || !field.value) {
      Report(DiagnosticKind::SyntaxError, field.span, "a field of `emit` needs a name",
             "name: expression");
      continue;
    }
    TypedExprPtr value = CheckExpr(*field.value, s);
    if (value == nullptr) continue;
    auto same = std::find(fields->keys.begin(), fields->keys.end(), field.name.name);
    if (same == fields->keys.end()) {
      fields->keys.push_back(field.name.name);
      fields->args.push_back(std::move(value));
      continue;
    }
    Report(DiagnosticKind::DuplicateOutputKey, field.span,
           fmt::format("output key `{}` is written twice, the last one wins", field.name.name));
    fields->args[static_cast<size_t>(same - fields->keys.begin())] = std::move(value);
  }
  out.push_back({at.span, EmitEvent{CollectedType(n.type.name), fields}});
}

uint32_t Checker::CollectedType(const std::string& name) {
  for (uint32_t i = 0; i < program_.collected_types.size(); ++i) {
    if (program_.collected_types[i].name == name) return i;
  }
  EventType type;
  type.name = name;
  type.shape.name = name;
  for (const std::string& field : emitted_fields_[name]) {
    type.shape.fields.push_back({field, ir::Type::Any, true});
  }
  program_.collected_types.push_back(std::move(type));
  return static_cast<uint32_t>(program_.collected_types.size() - 1);
}

void Checker::CheckStatement(const ast::ExpressionStatement& n, const ast::Statement& at, Scope& s,
                             TypedBlock& out) {
  TypedExprPtr value = CheckExpr(*n.value, s);
  if (value == nullptr) return;
  if (s.function->kind == BodyKind::Load && s.function->blocks.size() == 1 &&
      value->op != TypedOp::CallFunction && value->op != TypedOp::Call) {
    Report(DiagnosticKind::BareCondition, at.span, "this expression does nothing here");
  }
  out.push_back({at.span, Evaluate{std::move(value)}});
}

void Checker::NoDeclaration(SourceSpan span) {
  NotHere(span, "declarations stand at the top level only", "move it out of the block");
}

// One statement of the top level that is run at load.
void Checker::CheckLoadStatement(const ast::Statement& statement) {
  TypedBody body;
  FunctionScope function;
  function.kind = BodyKind::Load;
  function.body = &body;
  function.blocks.emplace_back();
  Scope scope;
  scope.function = &function;
  std::visit([&](const auto& node) { CheckStatement(node, statement, scope, body.statements); },
             statement.node);
  if (!body.statements.empty()) program_.load.push_back(std::move(body));
}

}  // namespace varpulis::sema
