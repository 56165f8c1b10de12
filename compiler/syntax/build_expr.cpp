// Expressions other than chains of operators.

#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/tree_nodes.h"

namespace varpulis::syntax {

using ast::ExprPtr;

ExprPtr AstBuilder::Build(Grammar::ExprContext* tree) {
  if (auto* chain = FirstOf<Grammar::ChainContext>(tree)) return Build(chain);
  if (auto* lambda = tree->lambda()) return Build(lambda);
  auto* choice = tree->ifExpr();
  ast::IfExpr node{Build(choice->expr(0)), Build(choice->expr(1)), Build(choice->expr(2))};
  return std::make_unique<ast::Expr>(Span(choice), std::move(node));
}

ExprPtr AstBuilder::Build(Grammar::LambdaContext* tree) {
  ast::LambdaExpr lambda;
  for (auto* parameter : tree->name()) {
    lambda.parameters.push_back(Text(parameter));
    lambda.parameter_spans.push_back(Span(parameter));
  }
  if (tree->expr()) {
    lambda.body = Build(tree->expr());
  } else {
    lambda.block = BuildLambdaBlock(tree->lambdaBlock());
  }
  return std::make_unique<ast::Expr>(Span(tree), std::move(lambda));
}

ast::Block AstBuilder::BuildLambdaBlock(Grammar::LambdaBlockContext* tree) {
  ast::Block block;
  for (auto* item : tree->statementInLambda()) {
    auto statement = std::make_unique<ast::Statement>();
    statement->span = Span(item);
    if (item->variableDecl()) {
      statement->node = Build(item->variableDecl());
    } else if (item->assignStatement()) {
      statement->node = Build(item->assignStatement());
    } else {
      statement->node = ast::ExpressionStatement{Build(item->expr())};
    }
    block.push_back(std::move(statement));
  }
  return block;
}

ExprPtr AstBuilder::Build(Grammar::OperandContext* tree) {
  // The primary, then its suffixes.
  LimitNesting(tree->children.size() - 1, Span(tree));
  ExprPtr object = BuildPrimary(static_cast<Grammar::PrimaryContext*>(tree->children.front()));
  for (size_t i = 1; i < tree->children.size(); ++i) {
    object =
        BuildSuffix(std::move(object), static_cast<Grammar::SuffixContext*>(tree->children[i]));
  }
  return object;
}

ExprPtr AstBuilder::BuildPrimary(Grammar::PrimaryContext* tree) {
  const auto make = [&](ast::ExprNode node) {
    return std::make_unique<ast::Expr>(Span(tree), std::move(node));
  };
  if (auto* group = As<Grammar::GroupContext>(tree))
    return Build(FirstOf<Grammar::ExprContext>(group));
  if (auto* text = As<Grammar::TextLiteralContext>(tree)) return make(Build(text->text()));
  if (As<Grammar::PlainNameContext>(tree)) return make(ast::NameExpr{Text(tree), false});
  if (As<Grammar::FieldNameContext>(tree)) {
    const std::string quoted = Text(tree);
    return make(ast::NameExpr{quoted.substr(1, quoted.size() - 2), true});
  }
  if (auto* array = As<Grammar::ArrayContext>(tree)) {
    ast::ArrayLiteral literal;
    for (auto* element : AllOf<Grammar::ExprContext>(array))
      literal.elements.push_back(Build(element));
    return make(std::move(literal));
  }
  if (auto* map = As<Grammar::MapContext>(tree)) {
    ast::MapLiteral literal;
    for (auto* entry : AllOf<Grammar::MapEntryContext>(map)) {
      std::string key = entry->text() ? Build(entry->text()).value : Text(entry->anyName());
      literal.entries.push_back({std::move(key), Span(entry->start), Build(entry->expr())});
    }
    return make(std::move(literal));
  }
  return make(BuildLiteral(tree->start));
}

ExprPtr AstBuilder::BuildSuffix(ExprPtr object, Grammar::SuffixContext* tree) {
  const auto span = object->span.To(Span(tree));
  const auto make = [&](ast::ExprNode node) {
    return std::make_unique<ast::Expr>(span, std::move(node));
  };
  if (auto* member = As<Grammar::MemberContext>(tree)) {
    const auto name_span = Span(member->stop);
    std::string name = Text(name_span);
    if (member->BACKTICK()) name = name.substr(1, name.size() - 2);
    return make(ast::MemberExpr{std::move(object), std::move(name), name_span,
                                member->SAFE_DOT() != nullptr});
  }
  if (auto* call = As<Grammar::CallContext>(tree)) {
    ast::CallExpr node;
    node.callee = std::move(object);
    for (auto* argument : AllOf<Grammar::CallArgumentContext>(call))
      node.arguments.push_back(Build(argument));
    return make(std::move(node));
  }
  if (auto* slice = As<Grammar::SliceContext>(tree)) {
    ast::SliceExpr node;
    node.object = std::move(object);
    const size_t colon = slice->COLON()->getSymbol()->getStartIndex();
    for (auto* bound : slice->expr()) {
      (bound->start->getStartIndex() < colon ? node.low : node.high) = Build(bound);
    }
    return make(std::move(node));
  }
  auto* index = static_cast<Grammar::IndexContext*>(tree);
  return make(ast::IndexExpr{std::move(object), Build(index->expr())});
}

ast::CallArgument AstBuilder::Build(Grammar::CallArgumentContext* tree) {
  ast::CallArgument argument;
  if (auto* name = FirstOf<Grammar::AnyNameContext>(tree)) {
    argument.name = Text(name);
    argument.name_span = Span(name);
  }
  argument.value = Build(FirstOf<Grammar::ExprContext>(tree));
  return argument;
}

}  // namespace varpulis::syntax
