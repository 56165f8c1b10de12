#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "base/parallel.h"
#include "compiler/syntax/logical_line.h"
#include "compiler/syntax/statement_list.h"
#include "compiler/syntax/statement_parser.h"
#include "compiler/syntax/statement_reader.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using grammar::VplLexer;

std::vector<StatementText> CutProgram(source::SourceMap& sources, const source::SourceFile& file,
                                      diagnostics::DiagnosticEmitter& diagnostics) {
  if (file.text().size() > limits::kMaxProgramBytes) {
    diagnostics.Emit({diagnostics::DiagnosticKind::ProgramTooLarge,
                      {file.base(), file.base()},
                      fmt::format("a program may have {} MiB", limits::kMaxProgramBytes >> 20),
                      {},
                      {},
                      "split it into several programs"});
    return {};
  }
  return ReadStatements(sources, file, diagnostics);
}

ParsedStatement ParseOne(const StatementText& statement) {
  ParsedStatement parsed;
  if (statement.broken) return parsed;
  diagnostics::DiagnosticEmitter diagnostics;
  parsed.node = ParseStatement(statement, diagnostics);
  parsed.diagnostics = diagnostics.Sorted();
  return parsed;
}

std::vector<bool> ReportStatements(const source::SourceMap& sources,
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
      const auto name = sources.OriginOf(statement.tokens[1].span).span;
      lost_names.emplace_back(sources.Text(name));
    }
  }
  return is_part;
}

ast::Program Parse(source::SourceMap& sources, const source::SourceFile& file,
                   diagnostics::DiagnosticEmitter& diagnostics, const ParseOptions& options) {
  ast::Program program;
  diagnostics::DiagnosticEmitter found = diagnostics.Fresh(sources);
  const std::vector<StatementText> statements = CutProgram(sources, file, found);
  std::vector<ParsedStatement> parsed(statements.size());
  base::ParallelFor(statements.size(), options.threads,
                    [&](size_t i) { parsed[i] = ParseOne(statements[i]); });
  std::vector<const ParsedStatement*> in_order;
  for (const ParsedStatement& statement : parsed) in_order.push_back(&statement);
  const std::vector<bool> is_part =
      ReportStatements(sources, statements, in_order, program.lost_names, found);
  for (size_t i = 0; i < parsed.size(); ++i) {
    if (is_part[i]) program.statements.push_back(std::move(parsed[i].node));
  }
  diagnostics.Append(found);
  return program;
}

ast::Program Parse(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                   const ParseOptions& options) {
  return Parse(sources, sources.main(), diagnostics, options);
}

std::string DumpTokens(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics) {
  std::string text;
  diagnostics::DiagnosticEmitter found(sources);
  for (const StatementText& statement : CutProgram(sources, sources.main(), found)) {
    for (const Token& token : statement.tokens) {
      const uint32_t place = sources.OriginOf(token.span).span.begin;
      const auto at = sources.main().Locate(place);
      text += fmt::format("{}:{} {}", at.line, at.column, TokenName(token.type));
      const bool layout = token.type == VplLexer::NEWLINE || token.type == VplLexer::INDENT ||
                          token.type == VplLexer::DEDENT;
      if (!layout) text += fmt::format(" {}", statement.source->Text(token.span));
      text += '\n';
    }
  }
  diagnostics.Append(found);
  return text;
}

}  // namespace varpulis::syntax
