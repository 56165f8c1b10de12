#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "base/limits.h"
#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/statement_reader.h"
#include "compiler/syntax/syntax_error.h"

namespace varpulis::syntax {

namespace {

using antlr4::atn::PredictionMode;

// Thrown at the first syntax error of a statement.
struct ParseStopped {
  const antlr4::Token* token;
  antlr4::misc::IntervalSet expected;
};

class StopAtFirstError : public antlr4::BaseErrorListener {
 public:
  void syntaxError(antlr4::Recognizer* recognizer, antlr4::Token* offending, size_t, size_t,
                   const std::string&, std::exception_ptr error) override {
    auto* parser = static_cast<antlr4::Parser*>(recognizer);
    if (IsAhead(error, offending)) throw ParseStopped{offending, {}};
    throw ParseStopped{offending, parser->getExpectedTokens()};
  }

 private:
  // The parser looked ahead to choose between alternatives and stumbled there: what it expects where
  // it stands is no help.
  static bool IsAhead(const std::exception_ptr& error, const antlr4::Token* offending) {
    if (!error) return false;
    try {
      std::rethrow_exception(error);
    } catch (const antlr4::NoViableAltException& e) {
      return e.getStartToken() != offending;
    } catch (...) {
      return false;
    }
  }
};

// One statement as ANTLR wants it.
class StatementParse {
 public:
  explicit StatementParse(const StatementText& statement)
      : source_(MakeTokens(statement)), stream_(&source_), parser_(&stream_) {
    parser_.removeErrorListeners();
    parser_.addErrorListener(&stop_);
  }

  // SLL prediction is several times faster and accepts nearly everything that LL accepts.
  Grammar::StatementContext* Parse() {
    try {
      return ParseWith(PredictionMode::SLL);
    } catch (const ParseStopped&) {
      stream_.seek(0);
      parser_.reset();
      return ParseWith(PredictionMode::LL);
    }
  }

  const std::vector<const antlr4::Token*>& tokens() const { return tokens_; }

 private:
  Grammar::StatementContext* ParseWith(PredictionMode mode) {
    parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(mode);
    return parser_.topStatement()->statement();
  }

  std::vector<std::unique_ptr<antlr4::Token>> MakeTokens(const StatementText& statement) {
    std::vector<std::unique_ptr<antlr4::Token>> result;
    result.reserve(statement.tokens.size() + 1);
    const auto add = [&](size_t type, source::SourceSpan span) {
      auto token = std::make_unique<antlr4::CommonToken>(type);
      token->setStartIndex(span.begin);
      token->setStopIndex(static_cast<size_t>(span.end) - 1);
      tokens_.push_back(token.get());
      result.push_back(std::move(token));
    };
    for (const Token& token : statement.tokens) add(token.type, token.span);
    const uint32_t end = statement.tokens.back().span.end;
    add(antlr4::Token::EOF, {end, end});
    return result;
  }

  std::vector<const antlr4::Token*> tokens_;
  StopAtFirstError stop_;
  antlr4::ListTokenSource source_;
  antlr4::CommonTokenStream stream_;
  Grammar parser_;
};

std::unique_ptr<ast::Statement> ParseStatement(const StatementText& statement,
                                               diagnostics::DiagnosticEmitter& diagnostics) {
  StatementParse parse(statement);
  try {
    return AstBuilder(*statement.source, diagnostics).Build(parse.Parse());
  } catch (const ParseStopped& stopped) {
    diagnostics.Emit(
        DescribeSyntaxError(*statement.source, parse.tokens(), *stopped.token, stopped.expected));
  } catch (const StatementAbandoned&) {
  }
  return nullptr;
}

}  // namespace

ast::Program Parse(source::SourceMap& sources, const source::SourceFile& file,
                   diagnostics::DiagnosticEmitter& diagnostics) {
  ast::Program program;
  if (file.text().size() > limits::kMaxProgramBytes) {
    diagnostics.Emit({diagnostics::DiagnosticKind::ProgramTooLarge,
                      {file.base(), file.base()},
                      fmt::format("a program may have {} MiB", limits::kMaxProgramBytes >> 20),
                      {},
                      {},
                      "split it into several programs"});
    return program;
  }
  diagnostics::DiagnosticEmitter found(sources);
  // Lines below a bad one and indented deeper were meant as its block.
  size_t bad_indentation = std::string::npos;
  for (const StatementText& statement : ReadStatements(sources, file, found)) {
    const bool below_bad = statement.indentation > bad_indentation;
    auto parsed = statement.broken || below_bad ? nullptr : ParseStatement(statement, found);
    if (!below_bad) bad_indentation = parsed ? std::string::npos : statement.indentation;
    if (parsed) {
      program.statements.push_back(std::move(parsed));
    } else if (statement.tokens.size() > 1 && IsName(statement.tokens[1].type)) {
      // `stream X`, `event X`, `fn f`: all declarations have their name in second place.
      const auto name = sources.OriginOf(statement.tokens[1].span).span;
      program.lost_names.emplace_back(sources.Text(name));
    }
  }
  diagnostics.Append(found);
  return program;
}

ast::Program Parse(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics) {
  return Parse(sources, sources.main(), diagnostics);
}

std::string DumpTokens(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics) {
  std::string text;
  diagnostics::DiagnosticEmitter found(sources);
  for (const StatementText& statement : ReadStatements(sources, sources.main(), found)) {
    for (const Token& token : statement.tokens) {
      const uint32_t place = sources.OriginOf(token.span).span.begin;
      const auto at = sources.main().Locate(place);
      text += fmt::format("{}:{} {}", at.line, at.column, TokenName(token.type));
      const bool layout = token.type == Grammar::NEWLINE || token.type == Grammar::INDENT ||
                          token.type == Grammar::DEDENT;
      if (!layout) text += fmt::format(" {}", statement.source->Text(token.span));
      text += '\n';
    }
  }
  diagnostics.Append(found);
  return text;
}

}  // namespace varpulis::syntax
