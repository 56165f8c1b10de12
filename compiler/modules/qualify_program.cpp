#include <type_traits>

#include "compiler/modules/qualify.h"

namespace varpulis::modules {

using diagnostics::DiagnosticKind;

void Qualify(const Names& names, size_t module, ast::Program& program,
             diagnostics::DiagnosticEmitter& diagnostics) {
  Qualifier qualifier(names, module, program, diagnostics);
  for (auto& statement : program.statements) qualifier.Visit(*statement, true);
}

void Qualifier::Rename(ast::Identifier& name, Space space) {
  if (name.empty()) return;
  if (const auto found = names_.Find(module_, space, name.name)) name.name = *found;
}

void Qualifier::RenameSource(ast::Identifier& name) {
  if (const auto found = names_.FindSource(module_, name.name)) {
    name.name = *found;
  } else if (names_.AliasesIn(module_, name.name) > 0) {
    ReportUnknown(name.name, name.span, "stream, pattern or event",
                  {Space::Stream, Space::Pattern, Space::Event},
                  DiagnosticKind::UndeclaredEventType);
    program_.lost_names.push_back(name.name);
  }
}

void Qualifier::Declare(ast::Identifier& name, Space space, bool top_level) {
  if (top_level) {
    Rename(name, space);
  } else {
    locals_.push_back(name.name);
  }
}

void Qualifier::Visit(ast::Statement& statement, bool top_level) {
  std::visit([&](auto& node) { Visit(node, top_level); }, statement.node);
}

void Qualifier::Visit(ast::Block& block) {
  const size_t outside = locals_.size();
  for (auto& statement : block) Visit(*statement, false);
  locals_.resize(outside);
}

// --- declarations --------------------------------------------------------------------------------

void Qualifier::Visit(ast::TypeRef& type) {
  if (type.form == ast::TypeRef::Form::Named) {
    const auto event = names_.Find(module_, Space::Event, type.name.name);
    Rename(type.name, Space::Type);
    if (event && type.name.name.find('.') != std::string::npos) type.name.name = *event;
  }
  for (ast::TypeRef& argument : type.arguments) Visit(argument);
}

void Qualifier::Visit(ast::EventDecl& d, bool) {
  Rename(d.base, Space::Event);
  for (ast::FieldDecl& field : d.fields) Visit(field.type);
}

void Qualifier::Visit(ast::TypeDecl& d, bool top_level) {
  Declare(d.name, Space::Type, top_level);
  if (d.fields.empty()) Visit(d.alias);
  for (ast::FieldDecl& field : d.fields) Visit(field.type);
}

void Qualifier::Visit(ast::ConnectorDecl& d, bool top_level) {
  Declare(d.name, Space::Connector, top_level);
  for (ast::ConfigItem& item : d.parameters) Visit(*item.value);
}

void Qualifier::Visit(ast::ConfigValue& value) {
  Visit(value.expr);
  for (ast::ConfigValue& element : value.list) Visit(element);
  for (ast::ConfigItem& item : value.items) Visit(*item.value);
}

void Qualifier::Visit(ast::ContextDecl& d, bool top_level) {
  Declare(d.name, Space::Context, top_level);
  for (ast::ExprPtr& core : d.cores) Visit(core);
}

void Qualifier::Visit(ast::FunctionDecl& d, bool top_level) {
  Declare(d.name, Space::Function, top_level);
  const size_t outside = locals_.size();
  for (ast::Parameter& parameter : d.parameters) {
    Visit(parameter.type);
    locals_.push_back(parameter.name.name);
  }
  if (d.result) Visit(*d.result);
  Visit(d.body);
  locals_.resize(outside);
}

void Qualifier::Visit(ast::PatternDecl& d, bool top_level) {
  Declare(d.name, Space::Pattern, top_level);
  const size_t outside = locals_.size();
  const auto& aliases = names_.StepAliases(d.name.name);
  locals_.insert(locals_.end(), aliases.begin(), aliases.end());
  if (d.pattern) Visit(*d.pattern);
  Visit(d.within);
  Visit(d.partition_by);
  locals_.resize(outside);
}

void Qualifier::Visit(ast::PatternExpr& pattern) {
  std::visit(
      [&](auto& node) {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, ast::PatternStep>) {
          Visit(node);
        } else if constexpr (std::is_same_v<Node, ast::SequencePattern>) {
          for (auto& item : node.items) Visit(*item);
        } else if constexpr (std::is_same_v<Node, ast::NotPattern>) {
          Visit(*node.operand);
        } else {
          for (auto& operand : node.operands) Visit(*operand);
        }
      },
      pattern.node);
}

void Qualifier::Visit(ast::PatternStep& step) {
  RenameSource(step.type);
  Visit(step.condition);
  Visit(step.within);
}

// --- statements ----------------------------------------------------------------------------------

void Qualifier::Visit(ast::VariableDecl& d, bool top_level) {
  if (d.type) Visit(*d.type);
  Visit(d.value);
  Declare(d.name, Space::Variable, top_level);
}

void Qualifier::Visit(ast::AssignStatement& s, bool) {
  Visit(s.value);
  if (!IsLocal(s.name.name)) Rename(s.name, Space::Variable);
}

void Qualifier::Visit(ast::IfStatement& s, bool) {
  for (ast::IfStatement::Arm& arm : s.arms) {
    Visit(arm.condition);
    Visit(arm.body);
  }
}

void Qualifier::Visit(ast::ForStatement& s, bool) {
  Visit(s.sequence);
  locals_.push_back(s.variable.name);
  Visit(s.body);
  locals_.pop_back();
}

void Qualifier::Visit(ast::WhileStatement& s, bool) {
  Visit(s.condition);
  Visit(s.body);
}

void Qualifier::Visit(ast::EmitStatement& s, bool) {
  Rename(s.type, Space::Event);
  for (ast::Argument& field : s.fields) Visit(field);
}

}  // namespace varpulis::modules
