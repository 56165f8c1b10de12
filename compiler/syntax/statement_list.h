#pragma once

// What parsing a program and parsing it again have in common. Private to compiler/syntax.

#include <memory>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/statement_cutter.h"

namespace varpulis::syntax {

// Text to statements: tokens, logical lines, loops written out, cuts. Reports what is wrong up to there
// (E065 included).
std::vector<StatementText> CutProgram(source::SourceMap& sources, const source::SourceFile& file,
                                      diagnostics::DiagnosticEmitter& diagnostics);

// One statement after its parse.
struct ParsedStatement {
  std::unique_ptr<ast::Statement> node;  // null: broken, or not understood
  std::vector<diagnostics::Diagnostic> diagnostics;
};
ParsedStatement ParseOne(const StatementText& statement);

// Which statements are part of the program: with a syntax error they are not, and neither are lines
// that were meant as the block of such a one. Reports the diagnostics of the others, in order, and
// collects the names that are lost.
std::vector<bool> ReportStatements(const source::SourceMap& sources,
                                   const std::vector<StatementText>& statements,
                                   const std::vector<const ParsedStatement*>& parsed,
                                   std::vector<std::string>& lost_names,
                                   diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
