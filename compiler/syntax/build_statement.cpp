// Statements.

#include "compiler/syntax/ast_builder.h"

namespace varpulis::syntax {

ast::StatementNode AstBuilder::Build(Grammar::SimpleStatementContext* tree) {
  if (tree->contextDecl()) return Build(tree->contextDecl());
  if (tree->connectorDecl()) return Build(tree->connectorDecl());
  if (tree->streamDecl()) return Build(tree->streamDecl());
  if (tree->patternDecl()) return Build(tree->patternDecl());
  if (tree->importDecl()) return Build(tree->importDecl());
  if (tree->variableDecl()) return Build(tree->variableDecl());
  if (tree->assignStatement()) return Build(tree->assignStatement());
  if (tree->returnStatement()) {
    return ast::ReturnStatement{BuildOptional(tree->returnStatement()->expr())};
  }
  if (tree->BREAK()) return ast::BreakStatement{};
  if (tree->CONTINUE()) return ast::ContinueStatement{};
  if (auto* emit = tree->emitStatement()) {
    ast::EmitStatement node{Name(emit->dottedName()), {}};
    for (auto* field : emit->argument()) node.fields.push_back(Build(field));
    return node;
  }
  return ast::ExpressionStatement{Build(tree->expr())};
}

ast::StatementNode AstBuilder::Build(Grammar::CompoundStatementContext* tree) {
  if (tree->eventDecl()) return Build(tree->eventDecl());
  if (tree->typeDecl()) return Build(tree->typeDecl());
  if (tree->functionDecl()) return Build(tree->functionDecl());
  if (tree->configDecl()) return Build(tree->configDecl());
  if (auto* loop = tree->forStatement()) {
    return ast::ForStatement{Name(loop->name()), Build(loop->expr()), Build(loop->block())};
  }
  if (auto* loop = tree->whileStatement()) {
    return ast::WhileStatement{Build(loop->expr()), Build(loop->block())};
  }
  auto* choice = tree->ifStatement();
  const auto conditions = choice->expr();
  const auto blocks = choice->block();
  ast::IfStatement node;
  for (size_t i = 0; i < blocks.size(); ++i) {
    auto* condition = i < conditions.size() ? conditions[i] : nullptr;
    node.arms.push_back({BuildOptional(condition), Build(blocks[i])});
  }
  return node;
}

ast::VariableDecl AstBuilder::Build(Grammar::VariableDeclContext* tree) {
  using Kind = ast::VariableDecl::Kind;
  ast::VariableDecl decl;
  decl.kind = tree->LET() ? Kind::Let : tree->VAR() ? Kind::Var : Kind::Const;
  decl.name = Name(tree->name());
  if (tree->typeRef()) decl.type = Build(tree->typeRef());
  decl.value = Build(tree->expr());
  return decl;
}

ast::AssignStatement AstBuilder::Build(Grammar::AssignStatementContext* tree) {
  return {Name(tree->name()), Build(tree->expr())};
}

ast::Block AstBuilder::Build(Grammar::BlockContext* tree) {
  ast::Block block;
  if (auto* simple = tree->simpleStatement()) {
    auto statement = std::make_unique<ast::Statement>();
    statement->span = Span(simple);
    statement->node = Build(simple);
    block.push_back(std::move(statement));
  }
  for (auto* statement : tree->statement()) block.push_back(Build(statement));
  return block;
}

}  // namespace varpulis::syntax
