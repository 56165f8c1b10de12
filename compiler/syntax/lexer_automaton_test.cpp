// The table must say what ANTLR's own lexer says.

#include "compiler/syntax/lexer_automaton.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "grammar/VplLexer.h"

namespace varpulis::syntax {
namespace {

using grammar::VplLexer;

using Tokens = std::vector<std::pair<uint32_t, std::string>>;

bool IsSkipped(uint32_t type) {
  return type == VplLexer::SPACE || type == VplLexer::LINE_COMMENT ||
         type == VplLexer::BLOCK_COMMENT;
}

Tokens ByAntlr(const std::string& text) {
  antlr4::ANTLRInputStream input(text);
  VplLexer lexer(&input);
  Tokens tokens;
  for (;;) {
    const auto token = lexer.nextToken();
    if (token->getType() == antlr4::Token::EOF) return tokens;
    tokens.emplace_back(static_cast<uint32_t>(token->getType()), token->getText());
  }
}

Tokens ByTable(const std::string& text) {
  antlr4::ANTLRInputStream no_text;
  VplLexer lexer(&no_text);
  LexerAutomaton automaton(lexer);
  Tokens tokens;
  for (uint32_t at = 0; at < text.size();) {
    const auto [type, end] = automaton.Next(text, at);
    if (!IsSkipped(type)) tokens.emplace_back(type, text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

TEST(LexerAutomaton, AgreesOnWhatIsWritten) {
  for (const char* text :
       {"", "stream X = A .where(a >= 1.5e3 and b != 'it''s') # note\n", "/* a */ b /* never",
        "\"a\\\"b\" e\"c\" 'raw\n\\' `id.orig_h` `never", "@2024-01-31T12:00:00Z 5min 90s 1..2 1.x",
        "\u00e4 '\u00e4' # \u00e4\n \u20ac\U0001f600x", "a\ufeffb \ufeff'\ufeff'", "a\r\nb\rc"}) {
    EXPECT_EQ(ByTable(text), ByAntlr(text)) << text;
  }
}

TEST(LexerAutomaton, AgreesOnAnyMixture) {
  static const std::vector<std::string> kParts = {
      "'",  "\"", "`",  "\\", "e\"", "/*",  "*/", "//", "#",  "\n",     "\r",     " ",  "\t",
      "a",  "Z_", "1",  "23", ".",   "..=", "=",  "=>", "->", "!",      "&",      "|",  "@",
      "-",  "+",  "e5", "ms", "in",  "not", "T",  ":",  "(",  "\u00e9", "\ufeff", "\0", "\x7f",
      "s1", "?",  "<",  ">",  "*",   "%",   "~",  "^",  "{",  "]",      "\u20ac"};
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (unsigned length = random() % 60; length > 0; --length) {
      text += kParts[random() % kParts.size()];
    }
    ASSERT_EQ(ByTable(text), ByAntlr(text)) << text;
  }
}

}  // namespace
}  // namespace varpulis::syntax
