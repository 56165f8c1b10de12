#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "base/limits.h"
#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/statement_cutter.h"
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

std::unique_ptr<ast::Statement> ParseStatement(const source::SourceFile& source,
                                               const StatementText& statement,
                                               diagnostics::DiagnosticEmitter& diagnostics) {
  StatementParse parse(statement);
  try {
    return AstBuilder(source, diagnostics).Build(parse.Parse());
  } catch (const ParseStopped& stopped) {
    diagnostics.Emit(DescribeSyntaxError(source, parse.tokens(), *stopped.token, stopped.expected));
  } catch (const StatementAbandoned&) {
  }
  return nullptr;
}

std::vector<StatementText> Cut(const source::SourceFile& source,
                               diagnostics::DiagnosticEmitter& diagnostics) {
  const std::vector<Token> tokens = Lex(source, diagnostics);
  return CutStatements(SplitLines(source, tokens, diagnostics), diagnostics);
}

}  // namespace

ast::Program Parse(const source::SourceFile& source, diagnostics::DiagnosticEmitter& diagnostics) {
  ast::Program program;
  if (source.text().size() > limits::kMaxProgramBytes) {
    diagnostics.Emit({diagnostics::DiagnosticKind::ProgramTooLarge,
                      {},
                      fmt::format("a program may have {} MiB", limits::kMaxProgramBytes >> 20),
                      {},
                      {},
                      "split it into several programs"});
    return program;
  }
  // Lines below a bad one and indented deeper were meant as its block.
  size_t bad_indentation = std::string::npos;
  for (const StatementText& statement : Cut(source, diagnostics)) {
    const bool below_bad = statement.indentation > bad_indentation;
    auto parsed =
        statement.broken || below_bad ? nullptr : ParseStatement(source, statement, diagnostics);
    if (!below_bad) bad_indentation = parsed ? std::string::npos : statement.indentation;
    if (parsed) {
      program.statements.push_back(std::move(parsed));
    } else if (statement.tokens.size() > 1 && IsName(statement.tokens[1].type)) {
      // `stream X`, `event X`, `fn f`: all declarations have their name in second place.
      program.lost_names.emplace_back(source.Text(statement.tokens[1].span));
    }
  }
  return program;
}

std::string DumpTokens(const source::SourceFile& source,
                       diagnostics::DiagnosticEmitter& diagnostics) {
  std::string text;
  for (const StatementText& statement : Cut(source, diagnostics)) {
    for (const Token& token : statement.tokens) {
      const auto at = source.Locate(token.span.begin);
      text += fmt::format("{}:{} {}", at.line, at.column, TokenName(token.type));
      const bool layout = token.type == Grammar::NEWLINE || token.type == Grammar::INDENT ||
                          token.type == Grammar::DEDENT;
      if (!layout) text += fmt::format(" {}", source.Text(token.span));
      text += '\n';
    }
  }
  return text;
}

}  // namespace varpulis::syntax
