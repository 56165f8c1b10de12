#include "compiler/syntax/statement_parser.h"

#include <vector>

#include "antlr4-runtime.h"
#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/statement_tokens.h"
#include "compiler/syntax/syntax_error.h"
#include "compiler/syntax/table_prediction.h"

namespace varpulis::syntax {

namespace {

using antlr4::atn::ParserATNSimulator;
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

// Does not look for errors before the parser runs into one. That look copies a set of tokens at each
// turn of each list, and finds nothing in a statement that is right.
class ErrorStrategy : public antlr4::DefaultErrorStrategy {
 public:
  void sync(antlr4::Parser* parser) override {
    if (is_thorough) DefaultErrorStrategy::sync(parser);
  }

  bool is_thorough = false;
};

class ThreadParser {
 public:
  ThreadParser() : parser_(&tokens_) {
    parser_.removeErrorListeners();
    parser_.addErrorListener(&stop_);
    parser_.setErrorHandler(strategy_);
    auto* shared = parser_.getInterpreter<ParserATNSimulator>();
    prediction_ = new TablePrediction(&parser_, *shared);
    parser_.setInterpreter(prediction_);  // which owns it, and frees the one before
  }

  // SLL prediction is several times faster and accepts nearly everything that LL accepts.
  Grammar::StatementContext* Parse(const StatementText& statement) {
    tokens_.Set(statement.tokens);
    try {
      return ParseWith(PredictionMode::SLL, false);
    } catch (const ParseStopped&) {
      return ParseWith(PredictionMode::LL, true);
    }
  }

  // Frees the tree.
  void Clear() { parser_.reset(); }

  std::vector<const antlr4::Token*> tokens() const {
    std::vector<const antlr4::Token*> tokens;
    for (const PlainToken& token : tokens_.tokens()) tokens.push_back(&token);
    return tokens;
  }

 private:
  Grammar::StatementContext* ParseWith(PredictionMode mode, bool is_thorough) {
    parser_.reset();
    prediction_->setPredictionMode(mode);
    strategy_->is_thorough = is_thorough;
    return parser_.topStatement()->statement();
  }

  StopAtFirstError stop_;
  StatementTokens tokens_;
  Grammar parser_;
  std::shared_ptr<ErrorStrategy> strategy_ = std::make_shared<ErrorStrategy>();
  TablePrediction* prediction_;
};

}  // namespace

std::unique_ptr<ast::Statement> ParseStatement(const StatementText& statement,
                                               diagnostics::DiagnosticEmitter& diagnostics) {
  static thread_local ThreadParser parser;
  std::unique_ptr<ast::Statement> result;
  try {
    result = AstBuilder(*statement.source, diagnostics).Build(parser.Parse(statement));
  } catch (const ParseStopped& stopped) {
    diagnostics.Emit(
        DescribeSyntaxError(*statement.source, parser.tokens(), *stopped.token, stopped.expected));
  } catch (const StatementAbandoned&) {
  }
  parser.Clear();
  return result;
}

}  // namespace varpulis::syntax
