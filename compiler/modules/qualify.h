#pragma once

// Replaces the names in the tree of one module by those that they have in the program. Private to
// compiler/modules.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/modules/names.h"

namespace varpulis::modules {

// Reports names below the alias of an import that its file does not declare, unless files are
// missing from the program.
void Qualify(const Names& names, size_t module, ast::Program& program,
             diagnostics::DiagnosticEmitter& diagnostics);

// Knows what hides a top-level name where it stands: aliases of steps, parameters, locals.
class Qualifier {
 public:
  Qualifier(const Names& names, size_t module, ast::Program& program,
            diagnostics::DiagnosticEmitter& diagnostics)
      : names_(names), module_(module), program_(program), diagnostics_(diagnostics) {}

  // qualify_program.cpp
  void Visit(ast::Statement& statement, bool top_level);

 private:
  void Visit(ast::EventDecl& d, bool top_level);
  void Visit(ast::TypeDecl& d, bool top_level);
  void Visit(ast::StreamDecl& d, bool top_level);
  void Visit(ast::PatternDecl& d, bool top_level);
  void Visit(ast::ConnectorDecl& d, bool top_level);
  void Visit(ast::ContextDecl& d, bool top_level);
  void Visit(ast::ConfigDecl&, bool) {}
  void Visit(ast::ImportDecl&, bool) {}
  void Visit(ast::FunctionDecl& d, bool top_level);
  void Visit(ast::VariableDecl& d, bool top_level);
  void Visit(ast::AssignStatement& s, bool top_level);
  void Visit(ast::IfStatement& s, bool top_level);
  void Visit(ast::ForStatement& s, bool top_level);
  void Visit(ast::WhileStatement& s, bool top_level);
  void Visit(ast::ReturnStatement& s, bool) { Visit(s.value); }
  void Visit(ast::BreakStatement&, bool) {}
  void Visit(ast::ContinueStatement&, bool) {}
  void Visit(ast::EmitStatement& s, bool top_level);
  void Visit(ast::ExpressionStatement& s, bool) { Visit(s.value); }
  void Visit(ast::Block& block);
  void Visit(ast::TypeRef& type);
  void Visit(ast::ConfigValue& value);
  void Visit(ast::PatternExpr& pattern);
  void Visit(ast::PatternStep& step);

  // qualify_stream.cpp
  void Visit(ast::NamedSource& source) { Visit(source.step); }
  void Visit(ast::ConnectorSource& source);
  void Visit(ast::MergeSource& source) { Visit(source.branches); }
  void Visit(ast::JoinSource& source) { Visit(source.branches); }
  void Visit(ast::SequenceSource& source);
  void Visit(ast::TimerSource& source);
  void Visit(std::vector<ast::Branch>& branches);
  void Visit(ast::StreamOp& op);
  void Visit(ast::Argument& argument);
  void CollectLocals(const ast::StreamDecl& d);
  void AddStepLocals(const ast::PatternStep& step);

  // qualify_expr.cpp
  void Visit(ast::ExprPtr& expr);
  void Visit(ast::Expr& expr);
  template <typename Node>
  void VisitNode(Node& node, ast::Expr& expr);
  void VisitName(ast::NameExpr& name);
  void VisitMember(ast::MemberExpr& member, ast::Expr& expr);
  void VisitCall(ast::CallExpr& call, ast::Expr& expr);
  void VisitLambda(ast::LambdaExpr& lambda);
  // Makes the expression the name that it means in the space. One that means none there stays as it is
  // (false), or becomes an unknown name if it `must_be_one`.
  bool BecomeName(ast::Expr& expr, Space space, bool must_be_one = false);
  bool IsLocal(std::string_view dotted) const;
  void ReportUnknown(std::string_view dotted, source::SourceSpan span, std::string_view what,
                     const std::vector<Space>& spaces, diagnostics::DiagnosticKind kind);

  void Rename(ast::Identifier& name, Space space);
  void RenameSource(ast::Identifier& name);
  void Declare(ast::Identifier& name, Space space, bool top_level);

  const Names& names_;
  const size_t module_;
  ast::Program& program_;  // what was reported as unknown becomes one of its lost names
  diagnostics::DiagnosticEmitter& diagnostics_;
  std::vector<std::string> locals_;  // innermost last
  // Names of the sources of the stream at hand, as written and in the program: they stand for its rows.
  std::vector<std::pair<std::string, std::string>> sources_;
};

// `a.b.c` of names joined by plain dots; empty for any other expression.
std::string DottedText(const ast::Expr& expr);

}  // namespace varpulis::modules
