#include "compiler/syntax/syntax_error.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/stream_operators.h"
#include "compiler/syntax/token.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

namespace {

using Seen = antlr4::Token;
using antlr4::misc::IntervalSet;

constexpr size_t kMostAlternatives = 6;

// Collects alternatives in the order of interest.
class Alternatives {
 public:
  explicit Alternatives(const IntervalSet& set) {
    for (ssize_t type : set.toList()) {
      if (type > 0) types_.push_back(static_cast<size_t>(type));
    }
  }

  std::vector<std::string> Words() {
    const bool operand = Has(Grammar::INT) && Has(Grammar::LPAREN);
    const bool infix = Has(Grammar::PLUS) && Has(Grammar::EQ);
    if (Has(Grammar::EVENT) && Has(Grammar::INDENT)) return {"a statement"};
    if (operand) {
      words_.push_back("an expression");
      Drop([](size_t t) {
        return IsName(t) || (t >= Grammar::FLOAT && t <= Grammar::BACKTICK) || t == Grammar::NOT ||
               t == Grammar::IF || t == Grammar::TRUE || t == Grammar::FALSE ||
               t == Grammar::NULL_ || t == Grammar::LPAREN || t == Grammar::LBRACKET ||
               t == Grammar::LBRACE || t == Grammar::MINUS || t == Grammar::TILDE;
      });
    }
    if (infix) {
      Drop([](size_t t) {
        return (t >= Grammar::COALESCE && t <= Grammar::GT && t != Grammar::TILDE) ||
               t == Grammar::AND || t == Grammar::OR || t == Grammar::NOT || t == Grammar::IN ||
               t == Grammar::IS || t == Grammar::XOR || t == Grammar::LPAREN ||
               t == Grammar::LBRACKET || t == Grammar::SAFE_DOT;
      });
      words_.push_back("an operator");
    }
    if (Has(Grammar::STREAM_DOT)) {
      words_.push_back("a stream operator");
      Drop([](size_t t) { return t == Grammar::STREAM_DOT || t == Grammar::DOT; });
    } else if (infix) {
      Drop([](size_t t) { return t == Grammar::DOT; });
    }
    if (Has(Grammar::NAME)) {
      words_.push_back("a name");
      Drop([](size_t t) { return IsName(t) || (t >= Grammar::AND && t <= Grammar::ELSE); });
    }
    for (size_t type : types_) AddToken(type);
    return std::move(words_);
  }

 private:
  bool Has(size_t type) const { return std::find(types_.begin(), types_.end(), type) != types_.end(); }
  template <typename F>
  void Drop(F drop) {
    types_.erase(std::remove_if(types_.begin(), types_.end(), drop), types_.end());
  }
  void AddToken(size_t type) {
    if (type == Grammar::NEWLINE) {
      words_.push_back("the end of the line");
    } else if (type == Grammar::INDENT) {
      words_.push_back("an indented block");
    } else if (type == Grammar::DEDENT) {
      words_.push_back("the end of the block");
    } else if (type == Grammar::STRING || type == Grammar::RAW_STRING ||
               type == Grammar::ESCAPED_STRING) {
      if (std::find(words_.begin(), words_.end(), "text") == words_.end()) words_.push_back("text");
    } else {
      // Any instance will do; an empty ListTokenSource for a parser would throw.
      static antlr4::ANTLRInputStream empty;
      static const grammar::VplLexer lexer(&empty);
      std::string literal = lexer.getVocabulary().getLiteralName(type);
      if (literal.size() > 2) words_.push_back(fmt::format("`{}`", literal.substr(1, literal.size() - 2)));
    }
  }

  std::vector<size_t> types_;
  std::vector<std::string> words_;
};

std::string Found(const Seen& token, std::string_view text) {
  switch (token.getType()) {
    case Seen::EOF: return "the end of the statement";
    case Grammar::NEWLINE: return "the end of the line";
    case Grammar::INDENT: return "an indented line";
    case Grammar::DEDENT: return "the end of the block";
    default: return fmt::format("`{}`", text);
  }
}

std::string ListOf(const std::vector<std::string>& words) {
  if (words.size() == 1) return words.front();
  return fmt::format("{} or {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

struct Slip {
  std::string_view wrong;
  std::string_view hint;
};
constexpr Slip kFirstWords[] = {
    {"function", "functions are declared with `fn`"}, {"func", "functions are declared with `fn`"},
    {"def", "functions are declared with `fn`"},      {"class", "event types are declared with `event`"},
    {"struct", "event types are declared with `event`"},
    {"SELECT", "streams are declared: stream Name = Source.where(condition)"},
    {"select", "streams are declared: stream Name = Source.where(condition)"},
};

std::string FirstWordHint(std::string_view word) {
  for (const Slip& slip : kFirstWords) {
    if (slip.wrong == word) return std::string(slip.hint);
  }
  static const std::vector<std::string> kStatements = {
      "stream", "event", "pattern", "connector", "context", "config", "import", "type",
      "fn",     "let",   "var",     "const",     "for",     "while",  "return", "emit"};
  const std::string closest = diagnostics::ClosestName(std::string(word), kStatements);
  return closest.empty() ? std::string() : fmt::format("did you mean `{}`?", closest);
}

std::string Hint(const source::SourceFile& source, const std::vector<const Seen*>& statement,
                 const Seen& found) {
  const auto text = [&](size_t i) { return source.Text(AstBuilder::Span(statement[i])); };
  const size_t at = static_cast<size_t>(
      std::find(statement.begin(), statement.end(), &found) - statement.begin());
  if (found.getType() == Grammar::EQUALS) {
    return at == 1 ? "assignment is `:=`; a new name needs let, var or const" : "to compare, write `==`";
  }
  if (found.getType() == Grammar::BACKTICK) return "choose an identifier: names in backticks can only be read";
  if (found.getType() == Grammar::FROM && statement.front()->getType() == Grammar::STREAM) {
    return "write: stream Name = Source";
  }
  if (at == 1 && statement.front()->getType() == Grammar::NAME) return FirstWordHint(text(0));
  if (at > 0 && statement[at - 1]->getType() == Grammar::NAME && found.getType() == Grammar::LPAREN &&
      at > 1 && statement[at - 2]->getType() == Grammar::DOT) {
    const std::string closest = diagnostics::ClosestName(std::string(text(at - 1)), StreamOperators());
    if (!closest.empty()) return fmt::format("did you mean `.{}`?", closest);
  }
  if (found.getType() == Grammar::ARROW && statement.front()->getType() != Grammar::STREAM) {
    return "arrows join the steps of a stream or pattern: stream Name = A -> B";
  }
  return {};
}

}  // namespace

diagnostics::Diagnostic DescribeSyntaxError(const source::SourceFile& source,
                                            const std::vector<const Seen*>& statement,
                                            const Seen& found, const IntervalSet& expected) {
  auto span = AstBuilder::Span(&found);
  std::string message = "unexpected " + Found(found, source.Text(span));
  const auto words = Alternatives(expected).Words();
  if (!words.empty() && words.size() <= kMostAlternatives) message += ", expected " + ListOf(words);
  return {diagnostics::DiagnosticKind::SyntaxError, span, std::move(message), {}, {},
          Hint(source, statement, found)};
}

}  // namespace varpulis::syntax
