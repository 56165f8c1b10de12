#include "compiler/syntax/ast_builder.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace varpulis::syntax {

source::SourceSpan AstBuilder::Span(const antlr4::Token* token) {
  return {static_cast<uint32_t>(token->getStartIndex()),
          static_cast<uint32_t>(token->getStopIndex() + 1)};
}

source::SourceSpan AstBuilder::Span(const antlr4::ParserRuleContext* tree) {
  const auto first = Span(tree->start);
  if (tree->stop == nullptr) return {first.begin, first.begin};
  return first.To(Span(tree->stop));
}

ast::Identifier AstBuilder::Name(Grammar::DottedNameContext* tree) const {
  std::string name;
  for (auto* part : tree->name()) {
    if (!name.empty()) name += '.';
    name += Text(part);
  }
  return {std::move(name), Span(tree)};
}

void AstBuilder::Fail(diagnostics::DiagnosticKind kind, source::SourceSpan span,
                      std::string message, std::string help) {
  diagnostics::Diagnostic d{kind, span, std::move(message), {}, {}, std::move(help)};
  diagnostics_.Emit(std::move(d));
  throw StatementAbandoned{};
}

void AstBuilder::LimitNesting(size_t depth, source::SourceSpan span) {
  if (depth <= static_cast<size_t>(limits::kMaxProgramNesting)) return;
  FailSyntax(span, fmt::format("more than {} levels of nesting", limits::kMaxProgramNesting));
}

std::unique_ptr<ast::Statement> AstBuilder::Build(Grammar::StatementContext* tree) {
  auto statement = std::make_unique<ast::Statement>();
  if (auto* simple = tree->simpleStatement()) {
    statement->span = Span(simple);
    statement->node = Build(simple);
  } else {
    statement->span = Span(tree);
    statement->node = Build(tree->compoundStatement());
  }
  return statement;
}

}  // namespace varpulis::syntax
