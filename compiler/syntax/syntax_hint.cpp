#include "compiler/syntax/syntax_hint.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/token.h"

namespace varpulis::syntax {

using Place = SyntaxErrorPlace;

Place::SyntaxErrorPlace(const source::SourceFile& source_file,
                        const std::vector<const antlr4::Token*>& tokens, const antlr4::Token& found)
    : source(source_file),
      statement(tokens),
      at(static_cast<size_t>(std::find(tokens.begin(), tokens.end(), &found) - tokens.begin())) {}

size_t Place::Type(size_t i) const {
  return i < statement.size() ? statement[i]->getType() : antlr4::Token::EOF;
}
std::string_view Place::Text(size_t i) const {
  return i < statement.size() ? source.Text(AstBuilder::Span(statement[i])) : std::string_view();
}

bool Place::IsGlued() const {
  return at > 0 && at < statement.size() &&
         AstBuilder::Span(statement[at - 1]).end == AstBuilder::Span(statement[at]).begin;
}

bool Place::OpensDeclaration() const {
  switch (Type(0)) {
    case Grammar::STREAM:
    case Grammar::EVENT:
    case Grammar::PATTERN:
    case Grammar::CONNECTOR:
    case Grammar::CONTEXT:
    case Grammar::FN:
    case Grammar::TYPE:
    case Grammar::LET:
    case Grammar::VAR:
    case Grammar::CONST:
    case Grammar::IMPORT:
      return true;
    default:
      return false;
  }
}

size_t Place::Opener() const {
  int closed = 0;
  for (size_t i = std::min(at, statement.size()); i-- > 0;) {
    switch (Type(i)) {
      case Grammar::RPAREN:
      case Grammar::RBRACKET:
      case Grammar::RBRACE:
        ++closed;
        break;
      case Grammar::LPAREN:
      case Grammar::LBRACKET:
      case Grammar::LBRACE:
        if (closed-- == 0) return i;
        break;
      default:
        break;
    }
  }
  return statement.size();
}

bool Place::IsInList() const {
  const size_t opener = Opener();
  return opener < statement.size() &&
         (Type(opener) != Grammar::LPAREN || (opener > 0 && IsName(Type(opener - 1))));
}

// --- the first word ------------------------------------------------------------------------------

namespace {

struct Slip {
  std::string_view wrong;
  std::string_view hint;
};
constexpr std::string_view kFunction = "functions are declared with `fn`: fn name(a: int) -> int:";
constexpr std::string_view kEvent = "event types are declared with `event`: event Name:";
constexpr std::string_view kStream = "streams are declared: stream Name = Source .where(condition)";
constexpr Slip kFirstWords[] = {
    {"function", kFunction}, {"func", kFunction},
    {"def", kFunction},      {"class", kEvent},
    {"struct", kEvent},      {"select", kStream},
    {"SELECT", kStream},     {"use", "a pattern is used as a source: stream Name = PatternName"},
};

}  // namespace

std::optional<std::string> FirstWordSlip(const Place& place) {
  const bool two_names = place.Type(0) == Grammar::NAME && place.at == 1 &&
                         (IsName(place.Type(1)) || place.Type(1) == Grammar::BACKTICK);
  if (!two_names) return std::nullopt;
  for (const Slip& slip : kFirstWords) {
    if (slip.wrong == place.Text(0)) return std::string(slip.hint);
  }
  static const std::vector<std::string> kStatements = {
      "stream", "event", "pattern", "connector", "context", "config", "import", "type",
      "fn",     "let",   "var",     "const",     "for",     "while",  "return", "emit"};
  const std::string closest = diagnostics::ClosestName(std::string(place.Text(0)), kStatements);
  if (closest.empty()) return std::nullopt;
  return fmt::format("did you mean `{}`?", closest);
}

// --- what was found ------------------------------------------------------------------------------

namespace {

std::string HintForEquals(const Place& p) {
  const size_t before = p.Near(-1);
  const bool after_name = IsName(before);
  if (p.at == 1 && after_name && !p.OpensDeclaration()) {
    return fmt::format("write `{0} := ...` to assign, `let {0} = ...` for a new name", p.Text(0));
  }
  if (before == Grammar::EQUALS || before == Grammar::LET || p.at == 1) return {};
  if (p.Type(0) == Grammar::EVENT || p.Type(0) == Grammar::TYPE)
    return "fields have no default values";
  const size_t opener = p.Opener();
  if (after_name && opener > 0 && opener < p.statement.size() && p.Type(0) == Grammar::STREAM) {
    const std::string_view op = p.Text(opener - 1);
    if (op != "where" && op != "filter" && op != "having" && op != "on" &&
        p.Near(-2) != Grammar::DOT) {
      return fmt::format("write `{}: ...`, name and expression", p.NearText(-1));
    }
  }
  return "to compare, write `==`";
}

std::string HintForLineEnd(const Place& p) {
  if (p.Near(-1) == Grammar::DOT && p.Near(-2) == Grammar::INT)
    return "write a digit behind the dot: 1.0";
  for (size_t i = 0; i < p.at; ++i) {
    if (p.Type(i) == Grammar::NEWLINE) return {};
  }
  switch (p.Type(0)) {
    case Grammar::FN:
    case Grammar::IF:
    case Grammar::FOR:
    case Grammar::WHILE:
    case Grammar::EVENT:
      if (p.Opener() == p.statement.size()) return "end this line with `:` and indent what follows";
      return {};
    default:
      return {};
  }
}

// Two names side by side, where the second is an operator elsewhere.
std::string HintForInfixWord(std::string_view word) {
  if (word == "contains" || word == "starts_with" || word == "ends_with") {
    return fmt::format("it is a function: {}(text, part)", word);
  }
  if (word == "like" || word == "matches") {
    return "write contains, starts_with, ends_with or regex_match: contains(text, part)";
  }
  if (word == "between") return "write low <= x and x <= high";
  return {};
}

std::string HintForName(const Place& p) {
  const size_t before = p.Near(-1);
  if (p.IsGlued() && before == Grammar::RAW_STRING)
    return "an apostrophe inside '...' is written ''";
  if (p.IsGlued() && before == Grammar::FLOAT) return "durations are whole numbers: 3500ms";
  if (p.IsGlued() && before == Grammar::TIMESTAMP)
    return "times have seconds: @2024-01-31T12:00:00";
  if (before == Grammar::WHERE && p.Near(-2) == Grammar::ARROW) {
    return "a step starts with an event type: -> Type where condition";
  }
  if (p.NearText(-1) == "lambda") return "write the parameter, `=>` and the result: x => x + 1";
  if (p.Type(0) == Grammar::STREAM && p.at == 2) {
    const bool from = p.Near(0) == Grammar::FROM;
    return fmt::format("write: stream {} = {}", p.Text(1), p.NearText(from ? 1 : 0));
  }
  if ((p.Type(0) == Grammar::EVENT || p.Type(0) == Grammar::TYPE) && IsName(before) && p.at > 2) {
    return fmt::format("write `{}: {}`", p.NearText(-1), p.NearText(0));
  }
  return HintForInfixWord(p.NearText(0));
}

std::string HintForText(const Place& p) {
  if (p.IsGlued() && p.Near(-1) == Grammar::RAW_STRING)
    return "an apostrophe inside '...' is written ''";
  if (IsName(p.Near(-1)) && p.Near(-2) == Grammar::DOT) {
    return fmt::format("a call has parentheses: .{}({})", p.NearText(-1), p.NearText(0));
  }
  return {};
}

// `list<int>`, `int[]`.
std::string HintForTypeBracket(const Place& p) {
  const bool in_type =
      p.Type(0) == Grammar::EVENT || p.Type(0) == Grammar::TYPE || p.Type(0) == Grammar::FN;
  if (!in_type || !IsName(p.Near(-1))) return {};
  const std::string_view element = p.Near(0) == Grammar::LT ? p.NearText(1) : p.NearText(-1);
  return fmt::format("arrays are written [{}], maps {{str: {}}}", element, element);
}

std::string HintForReserved(const Place& p) {
  if (p.at == 0) return "it belongs to an `if` above it, in the same column";
  if (p.at == 1 && p.OpensDeclaration()) {
    return fmt::format("`{}` is a reserved word: choose another name", p.NearText(0));
  }
  if (p.Near(0) == Grammar::IF) return "write: if condition then value else other";
  return {};
}

}  // namespace

std::string SyntaxHint(const Place& p) {
  const bool stray_elif = p.Type(0) == Grammar::ELIF && p.at == 1;
  if (stray_elif) return "`elif` belongs to an `if` above it, in the same column";
  switch (p.Near(0)) {
    case Grammar::EQUALS:
      return HintForEquals(p);
    case Grammar::NEWLINE:
      return HintForLineEnd(p);
    case Grammar::BACKTICK:
      return "choose an identifier: names in backticks can only be read";
    case Grammar::COLON:
      if (p.Near(-1) != Grammar::BACKTICK) return {};
      return "choose an identifier: names in backticks can only be read";
    case Grammar::STRING:
    case Grammar::RAW_STRING:
    case Grammar::ESCAPED_STRING:
      return HintForText(p);
    case Grammar::LT:
    case Grammar::LBRACKET:
      return HintForTypeBracket(p);
    case Grammar::QUESTION:
      return "write: if condition then value else other";
    case Grammar::SEMICOLON:
      return "statements end with the line, without `;`";
    case Grammar::FAT_ARROW:
      return p.Type(0) == Grammar::FN ? "the type of the result follows `->`" : "";
    case Grammar::ARROW:
      if (p.Type(0) == Grammar::STREAM || p.Type(0) == Grammar::PATTERN) return {};
      return "arrows join the steps of a stream or pattern: stream Name = A -> B";
    case Grammar::DOT:
      return IsName(p.Near(-1)) || p.Near(1) != Grammar::INT ? ""
                                                             : "write a digit before the dot: 0.5";
    case Grammar::ELSE:
    case Grammar::IF:
    case Grammar::IN:
    case Grammar::NOT:
    case Grammar::AND:
    case Grammar::OR:
    case Grammar::IS:
    case Grammar::THEN:
    case Grammar::TRUE:
    case Grammar::FALSE:
    case Grammar::NULL_:
      return HintForReserved(p);
    default:
      return IsName(p.Near(0)) ? HintForName(p) : std::string();
  }
}

}  // namespace varpulis::syntax
