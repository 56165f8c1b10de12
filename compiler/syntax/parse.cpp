#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "base/parallel.h"
#include "compiler/syntax/logical_line.h"
#include "compiler/syntax/statement_list.h"
#include "compiler/syntax/statement_parser.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using grammar::VplLexer;

std::vector<StatementText> CutProgram(const source::SourceFile& source,
                                      diagnostics::DiagnosticEmitter& diagnostics) {
  if (source.text().size() > limits::kMaxProgramBytes) {
    diagnostics.Emit({diagnostics::DiagnosticKind::ProgramTooLarge,
                      {},
                      fmt::format("a program may have {} MiB", limits::kMaxProgramBytes >> 20),
                      {},
                      {},
                      "split it into several programs"});
    return {};
  }
  const std::vector<Token> tokens = Lex(source, diagnostics);
  return CutStatements(SplitLines(source, tokens, diagnostics), diagnostics);
}

ParsedStatement ParseOne(const source::SourceFile& source, const StatementText& statement) {
  ParsedStatement parsed;
  if (statement.broken) return parsed;
  diagnostics::DiagnosticEmitter diagnostics;
  parsed.node = ParseStatement(source, statement, diagnostics);
  parsed.diagnostics = diagnostics.Sorted();
  return parsed;
}

std::vector<bool> ReportStatements(const source::SourceFile& source,
                                   const std::vector<StatementText>& statements,
                                   const std::vector<const ParsedStatement*>& parsed,
                                   std::vector<std::string>& lost_names,
                                   diagnostics::DiagnosticEmitter& diagnostics) {
  std::vector<bool> is_part(statements.size());
  // Lines below a bad one and indented deeper were meant as its block.
  size_t bad_indentation = std::string::npos;
  for (size_t i = 0; i < statements.size(); ++i) {
    const StatementText& statement = statements[i];
    const bool below_bad = statement.indentation > bad_indentation;
    is_part[i] = parsed[i]->node != nullptr && !below_bad;
    if (!below_bad) {
      for (const diagnostics::Diagnostic& d : parsed[i]->diagnostics) diagnostics.Emit(d);
      bad_indentation = is_part[i] ? std::string::npos : statement.indentation;
    }
    if (!is_part[i] && statement.tokens.size() > 1 && IsName(statement.tokens[1].type)) {
      // `stream X`, `event X`, `fn f`: all declarations have their name in second place.
      lost_names.emplace_back(source.Text(statement.tokens[1].span));
    }
  }
  return is_part;
}

ast::Program Parse(const source::SourceFile& source, diagnostics::DiagnosticEmitter& diagnostics,
                   const ParseOptions& options) {
  ast::Program program;
  const std::vector<StatementText> statements = CutProgram(source, diagnostics);
  std::vector<ParsedStatement> parsed(statements.size());
  base::ParallelFor(statements.size(), options.threads,
                    [&](size_t i) { parsed[i] = ParseOne(source, statements[i]); });
  std::vector<const ParsedStatement*> in_order;
  for (const ParsedStatement& statement : parsed) in_order.push_back(&statement);
  const std::vector<bool> is_part =
      ReportStatements(source, statements, in_order, program.lost_names, diagnostics);
  for (size_t i = 0; i < parsed.size(); ++i) {
    if (is_part[i]) program.statements.push_back(std::move(parsed[i].node));
  }
  return program;
}

std::string DumpTokens(const source::SourceFile& source,
                       diagnostics::DiagnosticEmitter& diagnostics) {
  std::string text;
  for (const StatementText& statement : CutProgram(source, diagnostics)) {
    for (const Token& token : statement.tokens) {
      const auto at = source.Locate(token.span.begin);
      text += fmt::format("{}:{} {}", at.line, at.column, TokenName(token.type));
      const bool layout = token.type == VplLexer::NEWLINE || token.type == VplLexer::INDENT ||
                          token.type == VplLexer::DEDENT;
      if (!layout) text += fmt::format(" {}", source.Text(token.span));
      text += '\n';
    }
  }
  return text;
}

}  // namespace varpulis::syntax
