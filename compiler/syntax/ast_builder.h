#pragma once

// Parse trees of one statement to AST. One class in files by what they build: build_expr.cpp,
// build_chain.cpp, build_stream.cpp, build_pattern.cpp, build_declaration.cpp, build_statement.cpp.

#include <memory>
#include <string>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "grammar/VplParser.h"

namespace varpulis::syntax {

using Grammar = grammar::VplParser;

// Thrown after an error was reported; the statement is given up.
struct StatementAbandoned {};

class AstBuilder {
 public:
  AstBuilder(const source::SourceFile& source, diagnostics::DiagnosticEmitter& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  // Throws StatementAbandoned.
  std::unique_ptr<ast::Statement> Build(Grammar::StatementContext* tree);

  // build_expr.cpp
  ast::ExprPtr Build(Grammar::ExprContext* tree);
  ast::ExprPtr Build(Grammar::LambdaContext* tree);
  ast::ExprPtr Build(Grammar::OperandContext* tree);
  ast::ExprPtr BuildOptional(Grammar::ExprContext* tree) { return tree ? Build(tree) : nullptr; }
  ast::CallArgument Build(Grammar::CallArgumentContext* tree);

  // build_chain.cpp: operands and operators by precedence.
  ast::ExprPtr Build(Grammar::ChainContext* tree);

  // literals.cpp
  ast::ExprNode BuildLiteral(const antlr4::Token* token);
  ast::StringLiteral Build(Grammar::TextContext* tree);

  // build_stream.cpp
  ast::StreamDecl Build(Grammar::StreamDeclContext* tree);
  ast::StreamSource Build(Grammar::SourceContext* tree);
  ast::Branch Build(Grammar::BranchContext* tree);
  ast::StreamItem Build(Grammar::StreamItemContext* tree);
  ast::StreamOp Build(Grammar::StreamOpContext* tree);
  std::vector<ast::Argument> Build(Grammar::ArgumentsContext* tree);
  ast::Argument Build(Grammar::ArgumentContext* tree);

  // build_pattern.cpp
  ast::PatternDecl Build(Grammar::PatternDeclContext* tree);
  ast::PatternExprPtr Build(Grammar::PatternExprContext* tree);
  ast::PatternExprPtr Build(Grammar::PatternAnyContext* tree);
  ast::PatternExprPtr Build(Grammar::PatternXorContext* tree);
  ast::PatternExprPtr Build(Grammar::PatternAllContext* tree);
  ast::PatternExprPtr Build(Grammar::PatternPartContext* tree);
  ast::PatternStep BuildStep(Grammar::DottedNameContext* type, Grammar::StepTailContext* tail);
  void SetMonotonic(ast::PatternStep& step, Grammar::MonotonicContext* tree);

  // build_declaration.cpp
  ast::EventDecl Build(Grammar::EventDeclContext* tree);
  std::vector<ast::FieldDecl> Build(Grammar::FieldBlockContext* tree);
  ast::TypeDecl Build(Grammar::TypeDeclContext* tree);
  ast::TypeRef Build(Grammar::TypeRefContext* tree);
  ast::ContextDecl Build(Grammar::ContextDeclContext* tree);
  ast::ConnectorDecl Build(Grammar::ConnectorDeclContext* tree);
  ast::ConfigDecl Build(Grammar::ConfigDeclContext* tree);
  ast::ConfigItem Build(Grammar::ConfigItemContext* tree);
  ast::ConfigValue Build(Grammar::ConfigValueContext* tree);
  ast::StatementNode Build(Grammar::ImportDeclContext* tree);
  ast::FunctionDecl Build(Grammar::FunctionDeclContext* tree);
  std::vector<ast::Parameter> Build(Grammar::ParametersContext* tree);

  // build_statement.cpp
  ast::StatementNode Build(Grammar::SimpleStatementContext* tree);
  ast::StatementNode Build(Grammar::CompoundStatementContext* tree);
  ast::VariableDecl Build(Grammar::VariableDeclContext* tree);
  ast::AssignStatement Build(Grammar::AssignStatementContext* tree);
  ast::Block Build(Grammar::BlockContext* tree);

  static source::SourceSpan Span(const antlr4::Token* token);
  static source::SourceSpan Span(const antlr4::ParserRuleContext* tree);
  std::string Text(source::SourceSpan span) const { return std::string(source_.Text(span)); }
  std::string Text(const antlr4::ParserRuleContext* tree) const { return Text(Span(tree)); }
  // A name of one or more parts; white space between the parts is not part of it.
  ast::Identifier Name(const antlr4::ParserRuleContext* tree) const {
    return {Text(tree), Span(tree)};
  }
  ast::Identifier OptionalName(const antlr4::ParserRuleContext* tree) const {
    return tree ? Name(tree) : ast::Identifier{};
  }
  ast::Identifier Name(Grammar::DottedNameContext* tree) const;

  [[noreturn]] void Fail(diagnostics::DiagnosticKind kind, source::SourceSpan span,
                         std::string message, std::string help = {});
  [[noreturn]] void FailSyntax(source::SourceSpan span, std::string message,
                               std::string help = {}) {
    Fail(diagnostics::DiagnosticKind::SyntaxError, span, std::move(message), std::move(help));
  }
  // The children of a list that may recurse once they are in the tree.
  void LimitNesting(size_t depth, source::SourceSpan span);

 private:
  ast::Block BuildLambdaBlock(Grammar::LambdaBlockContext* tree);
  ast::ExprPtr BuildPrimary(Grammar::PrimaryContext* tree);
  ast::ExprPtr BuildSuffix(ast::ExprPtr object, Grammar::SuffixContext* tree);

  const source::SourceFile& source_;
  diagnostics::DiagnosticEmitter& diagnostics_;
  size_t open_operators_ = 0;  // around the expression at hand, see Build(ChainContext*)
};

}  // namespace varpulis::syntax
