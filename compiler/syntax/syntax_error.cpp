#include "compiler/syntax/syntax_error.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/syntax_hint.h"
#include "compiler/syntax/token.h"

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
      if (!operand) words_.push_back("a stream operator");
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
  bool Has(size_t type) const {
    return std::find(types_.begin(), types_.end(), type) != types_.end();
  }
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
      const std::string word = TokenText(type);
      if (!word.empty()) words_.push_back(fmt::format("`{}`", word));
    }
  }

  std::vector<size_t> types_;
  std::vector<std::string> words_;
};

std::string Found(const Seen& token, std::string_view text) {
  switch (token.getType()) {
    case Seen::EOF:
      return "end of the statement";
    case Grammar::NEWLINE:
      return "end of the line";
    case Grammar::INDENT:
      return "indented line";
    case Grammar::DEDENT:
      return "end of the block";
    case Grammar::BACKTICK:
      return std::string(text);
    default:
      return fmt::format("`{}`", text);
  }
}

std::string ListOf(const std::vector<std::string>& words) {
  if (words.size() == 1) return words.front();
  return fmt::format("{} or {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

// Expectations that follow from the place alone, where those of the parser mislead: after a keyword
// it takes for a name, and in a list whose item it takes for complete.
std::vector<std::string> ExpectedAt(const SyntaxErrorPlace& place, const IntervalSet& expected) {
  if (place.at == 1 && place.OpensDeclaration()) {
    return {place.Type(0) == Grammar::IMPORT ? "text" : "a name"};
  }
  auto words = Alternatives(expected).Words();
  const bool closes = words == std::vector<std::string>{"`)`"} ||
                      words == std::vector<std::string>{"`]`"} ||
                      words == std::vector<std::string>{"`}`"};
  if (closes && place.Near(0) == Grammar::COMMA) return {"an expression"};
  if (closes && place.IsInList()) words.insert(words.begin(), "`,`");
  return words;
}

bool IsInfix(size_t type) {
  return (type >= Grammar::COALESCE && type <= Grammar::GT && type != Grammar::TILDE) ||
         type == Grammar::AND || type == Grammar::OR || type == Grammar::IN || type == Grammar::XOR;
}

// The parser ends an expression in front of an operator that nothing follows; what is wrong is that
// there is no operand.
const Seen* MissingOperand(const std::vector<const Seen*>& statement, const Seen& found) {
  auto at = std::find(statement.begin(), statement.end(), &found);
  if (at == statement.end() || !IsInfix(found.getType()) || at + 1 == statement.end())
    return nullptr;
  const Seen* next = *(at + 1);
  const bool is_infix = IsInfix(next->getType()) && next->getType() != Grammar::MINUS;
  return is_infix ? next : nullptr;
}

}  // namespace

diagnostics::Diagnostic DescribeSyntaxError(const source::SourceFile& source,
                                            const std::vector<const Seen*>& statement,
                                            const Seen& found, const IntervalSet& expected) {
  const SyntaxErrorPlace place(source, statement, found);
  diagnostics::Diagnostic d{diagnostics::DiagnosticKind::SyntaxError, {}, {}, {}, {}, {}};
  if (const auto slip = FirstWordSlip(place)) {
    d.span = AstBuilder::Span(statement.front());
    d.message = fmt::format("`{}` starts no statement", place.Text(0));
    d.help = *slip;
    return d;
  }
  const Seen* next = expected.contains(static_cast<size_t>(Grammar::INT))
                         ? nullptr
                         : MissingOperand(statement, found);
  if (next != nullptr) {
    d.span = AstBuilder::Span(next);
    d.message =
        fmt::format("unexpected {}, expected an expression", Found(*next, source.Text(d.span)));
    return d;
  }
  d.span = AstBuilder::Span(&found);
  d.message = "unexpected " + Found(found, source.Text(d.span));
  const auto words = ExpectedAt(place, expected);
  if (!words.empty() && words.size() <= kMostAlternatives)
    d.message += ", expected " + ListOf(words);
  d.help = SyntaxHint(place);
  return d;
}

}  // namespace varpulis::syntax
