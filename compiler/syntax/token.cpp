#include "compiler/syntax/token.h"

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "compiler/syntax/lexer_automaton.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;
using grammar::VplLexer;

namespace {

// The offset of the first byte that is not part of a UTF-8 character; the size if there is none.
uint32_t FirstBadByte(std::string_view text) {
  for (uint32_t at = 0; at < text.size();) {
    const auto byte = [&](uint32_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    const uint32_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || at + size > text.size()) return at;
    for (uint32_t i = 1; i < size; ++i) {
      if ((byte(i) & 0xc0) != 0x80) return at;
    }
    const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
    if (overlong || surrogate || (lead == 0xf4 && byte(1) >= 0x90)) return at;
    at += size;
  }
  return static_cast<uint32_t>(text.size());
}

// What stands between tokens.
bool IsSkipped(uint32_t type) {
  return type == VplLexer::SPACE || type == VplLexer::LINE_COMMENT ||
         type == VplLexer::BLOCK_COMMENT;
}

LexerAutomaton& AutomatonOfThread() {
  static thread_local antlr4::ANTLRInputStream no_text;
  static thread_local VplLexer lexer(&no_text);
  static thread_local LexerAutomaton automaton(lexer);
  return automaton;
}

void Report(diagnostics::DiagnosticEmitter& out, source::SourceSpan span, std::string message,
            std::string help) {
  diagnostics::Diagnostic d{DiagnosticKind::SyntaxError, span, std::move(message), {}, {}, {}};
  d.help = std::move(help);
  out.Emit(std::move(d));
}

std::string ProperOperator(std::string_view foreign) {
  if (foreign == "&&") return "write `and`";
  if (foreign == "||") return "write `or`";
  if (foreign == "!") return "write `not`";
  if (foreign == "===") return "write `==`";
  if (foreign == "!==" || foreign == "<>") return "write `!=`";
  if (foreign == "++") return "write it out: x := x + 1";
  return fmt::format("write it out: x := x {} 1", foreign[0]);
}

// `5min` -> `5m`; empty if the word is no unit.
std::string ProperDuration(std::string_view digits, std::string_view word) {
  struct Unit {
    std::string_view words;  // separated by spaces
    std::string_view unit;
  };
  static constexpr Unit kUnits[] = {{" sec secs second seconds S ", "s"},
                                    {" min mins minute minutes M ", "m"},
                                    {" hr hrs hour hours H ", "h"},
                                    {" day days D ", "d"},
                                    {" msec millis milliseconds ", "ms"}};
  const std::string padded = fmt::format(" {} ", word);
  for (const Unit& unit : kUnits) {
    if (unit.words.find(padded) != std::string_view::npos)
      return fmt::format("{}{}", digits, unit.unit);
  }
  return {};
}

std::string NumberHelp(std::string_view text) {
  const size_t letter = text.find_first_not_of("0123456789");
  const std::string_view digits = text.substr(0, letter), word = text.substr(letter);
  if (word[0] == '_') return "digits are written without separators: 1000";
  if (digits == "0" && (word[0] == 'x' || word[0] == 'b')) return "numbers are decimal";
  if (word == "e" || word == "E") return "an exponent has digits: 1e5";
  const std::string duration = ProperDuration(digits, word);
  if (!duration.empty()) return fmt::format("write {}", duration);
  if (word.find_first_of("0123456789") != std::string_view::npos)
    return "a duration has one unit: 90m";
  return "durations are digits followed by ns, us, ms, s, m, h or d";
}

std::string CharacterHelp(std::string_view text) {
  if (text == "@") return "times are written @2024-01-31 or @2024-01-31T12:00:00Z";
  if (text == "`") return "backticks enclose the name of a field: `id.orig_h`";
  if ((text[0] & 0x80) != 0) {
    return "names consist of A-Z, a-z, 0-9 and _; fields with other names are read in backticks";
  }
  return {};
}

void ReportBad(const Token& token, std::string_view text, diagnostics::DiagnosticEmitter& out) {
  const source::SourceSpan first{token.span.begin, token.span.begin + 1};
  switch (token.type) {
    case VplLexer::BAD_NUMBER:
      Report(out, token.span, fmt::format("`{}` is neither a number nor a duration", text),
             NumberHelp(text));
      return;
    case VplLexer::UNCLOSED_RAW_STRING:
      Report(out, first, "this text never ends", "close it with `'`; an apostrophe inside is `''`");
      return;
    case VplLexer::UNCLOSED_STRING:
      Report(out, first, "this text never ends",
             "close it with `\"`; text that ends in a backslash is written 'C:\\Temp\\'");
      return;
    case VplLexer::UNCLOSED_COMMENT:
      Report(out, token.span, "this comment never ends", "close it with `*/`");
      return;
    case VplLexer::FOREIGN_OPERATOR:
      Report(out, token.span, fmt::format("`{}` is not an operator of VPL", text),
             ProperOperator(text));
      return;
    default:
      Report(out, token.span,
             text == "`" ? "a backtick opens no name here"
                         : fmt::format("`{}` has no meaning here", text),
             CharacterHelp(text));
  }
}

const antlr4::dfa::Vocabulary& Vocabulary() {
  static antlr4::ANTLRInputStream empty;
  static const VplLexer lexer(&empty);
  return lexer.getVocabulary();
}

}  // namespace

bool IsBad(size_t type) { return type >= VplLexer::BAD_NUMBER && type <= VplLexer::BAD_CHARACTER; }

bool IsName(size_t type) {
  return type == VplLexer::NAME || (type >= VplLexer::XOR && type <= VplLexer::PATTERN_NOT);
}

std::string TokenName(size_t type) { return Vocabulary().getSymbolicName(type); }

std::string TokenText(size_t type) {
  const std::string quoted = Vocabulary().getLiteralName(type);
  return quoted.size() > 2 ? quoted.substr(1, quoted.size() - 2) : std::string();
}

std::vector<Token> Lex(const source::SourceFile& source, diagnostics::DiagnosticEmitter& out) {
  std::vector<Token> tokens;
  const std::string_view text = source.text();
  const uint32_t base = source.base();
  const uint32_t bad = FirstBadByte(text);
  if (bad < text.size()) {
    Report(out, {base + bad, base + bad + 1}, "the program is not valid UTF-8 here",
           "save the file as UTF-8");
    return tokens;
  }
  tokens.reserve(text.size() / 5);  // a typical token with the space before it
  LexerAutomaton& automaton = AutomatonOfThread();
  for (uint32_t at = 0; at < text.size();) {
    const auto [type, end] = automaton.Next(text, at);
    const Token token{type, {base + at, base + end}};
    at = end;
    if (IsSkipped(type)) continue;
    const bool repeated = type == VplLexer::BAD_CHARACTER && !tokens.empty() &&
                          tokens.back().type == type && tokens.back().span.end == token.span.begin;
    tokens.push_back(token);
    if (!IsBad(type) || repeated) continue;
    ReportBad(token, source.Text(token.span), out);
    // What follows an unclosed comment is no code.
    if (type == VplLexer::UNCLOSED_COMMENT) break;
  }
  return tokens;
}

}  // namespace varpulis::syntax
