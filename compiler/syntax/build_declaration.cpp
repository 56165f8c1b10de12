// Declarations other than streams and patterns.

#include "compiler/syntax/ast_builder.h"

namespace varpulis::syntax {

ast::EventDecl AstBuilder::Build(Grammar::EventDeclContext* tree) {
  ast::EventDecl decl;
  decl.name = Name(tree->name());
  if (tree->dottedName()) decl.base = Name(tree->dottedName());
  decl.fields = Build(tree->fieldBlock());
  return decl;
}

std::vector<ast::FieldDecl> AstBuilder::Build(Grammar::FieldBlockContext* tree) {
  std::vector<ast::FieldDecl> fields;
  for (auto* field : tree->field())
    fields.push_back({Name(field->anyName()), Build(field->typeRef())});
  return fields;
}

ast::TypeDecl AstBuilder::Build(Grammar::TypeDeclContext* tree) {
  ast::TypeDecl decl;
  decl.name = Name(tree->name());
  if (tree->typeRef()) decl.alias = Build(tree->typeRef());
  if (tree->fieldBlock()) decl.fields = Build(tree->fieldBlock());
  return decl;
}

ast::TypeRef AstBuilder::Build(Grammar::TypeRefContext* tree) {
  using Form = ast::TypeRef::Form;
  auto* core = tree->typeCore();
  ast::TypeRef type;
  type.span = Span(tree);
  type.optional = !tree->QUESTION().empty();
  type.form = core->LBRACKET()      ? Form::Array
              : core->LBRACE()      ? Form::Map
              : core->LPAREN()      ? Form::Tuple
              : core->STREAM_TYPE() ? Form::Stream
                                    : Form::Named;
  if (core->dottedName()) type.name = Name(core->dottedName());
  for (auto* argument : core->typeRef()) type.arguments.push_back(Build(argument));
  return type;
}

ast::ContextDecl AstBuilder::Build(Grammar::ContextDeclContext* tree) {
  ast::ContextDecl decl;
  decl.name = Name(tree->name());
  for (auto* core : tree->expr()) decl.cores.push_back(Build(core));
  return decl;
}

ast::ConnectorDecl AstBuilder::Build(Grammar::ConnectorDeclContext* tree) {
  ast::ConnectorDecl decl{Name(tree->name(0)), Name(tree->name(1)), {}};
  for (auto* item : tree->configItem()) decl.parameters.push_back(Build(item));
  return decl;
}

ast::ConfigDecl AstBuilder::Build(Grammar::ConfigDeclContext* tree) {
  ast::ConfigDecl decl;
  decl.name = tree->name() ? Name(tree->name())
                           : ast::Identifier{"default", Span(tree->CONFIG()->getSymbol())};
  for (auto* item : tree->configItem()) decl.items.push_back(Build(item));
  return decl;
}

ast::ConfigItem AstBuilder::Build(Grammar::ConfigItemContext* tree) {
  return {Name(tree->anyName()), std::make_unique<ast::ConfigValue>(Build(tree->configValue()))};
}

ast::ConfigValue AstBuilder::Build(Grammar::ConfigValueContext* tree) {
  ast::ConfigValue value;
  value.span = Span(tree);
  if (auto* list = dynamic_cast<Grammar::ConfigListContext*>(tree)) {
    value.is_list = true;
    for (auto* element : list->configValue()) value.list.push_back(Build(element));
  } else if (auto* block = dynamic_cast<Grammar::ConfigBlockContext*>(tree)) {
    value.is_block = true;
    for (auto* item : block->configItem()) value.items.push_back(Build(item));
  } else {
    value.expr = Build(dynamic_cast<Grammar::ConfigExprContext*>(tree)->expr());
  }
  return value;
}

ast::StatementNode AstBuilder::Build(Grammar::ImportDeclContext* tree) {
  const auto path_span = Span(tree->text());
  if (tree->FN() == nullptr) {
    return ast::ImportDecl{Build(tree->text()).value, path_span, OptionalName(tree->name())};
  }
  ast::FunctionDecl function;
  function.name = Name(tree->name());
  function.parameters = Build(tree->parameters());
  function.result = Build(tree->typeRef());
  function.wasm_path = Build(tree->text()).value;
  return function;
}

ast::FunctionDecl AstBuilder::Build(Grammar::FunctionDeclContext* tree) {
  ast::FunctionDecl function;
  function.name = Name(tree->name());
  function.parameters = Build(tree->parameters());
  if (tree->typeRef()) function.result = Build(tree->typeRef());
  function.body = Build(tree->block());
  return function;
}

std::vector<ast::Parameter> AstBuilder::Build(Grammar::ParametersContext* tree) {
  std::vector<ast::Parameter> parameters;
  if (tree == nullptr) return parameters;
  for (auto* parameter : tree->parameter()) {
    parameters.push_back({Name(parameter->name()), Build(parameter->typeRef())});
  }
  return parameters;
}

}  // namespace varpulis::syntax
