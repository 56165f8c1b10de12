#pragma once

// Splits kernel text into tokens with line numbers. Blanks and line ends separate tokens, `#` starts
// a comment that runs to the end of the line. Never fails: what is no token is a Bad one.

#include <string>
#include <string_view>

namespace varpulis::ir {

enum class TokenKind { End, Word, Text, Value, Punctuation, Bad };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;  // Word, Punctuation (`->` and single characters); Value without the `%`
  std::string content;    // Text: unescaped
  int line = 1;
  bool glued = false;  // no blank between this token and the one before
};

class KernelLexer {
 public:
  explicit KernelLexer(std::string_view text) : text_(text) {}
  Token Next();

 private:
  bool SkipBlanks();
  Token ReadText(Token token);

  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

}  // namespace varpulis::ir
