#include "compiler/ir/kernel_lexer.h"

#include "compiler/ir/kernel_words.h"

namespace varpulis::ir {
namespace {

// Letters of mnemonics, names joined by dots and numbers.
bool IsWordChar(char c) {
  return words::IsLetter(c) || words::IsDigit(c) || c == '.' || c == '$' || c == '+' || c == '-';
}

int HexDigit(char c) {
  if (words::IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// True if anything was skipped.
bool KernelLexer::SkipBlanks() {
  size_t start = at_;
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
      line_ += c == '\n';
      ++at_;
    } else {
      break;
    }
  }
  return at_ != start;
}

Token KernelLexer::ReadText(Token token) {
  token.kind = TokenKind::Text;
  for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
    char c = text_[at_];
    if (c == '"') {
      ++at_;
      return token;
    }
    if (c != '\\') {
      token.content += c;
      continue;
    }
    char escape = ++at_ < text_.size() ? text_[at_] : '\0';
    if (escape == '"' || escape == '\\') {
      token.content += escape;
    } else if (escape == 'n') {
      token.content += '\n';
    } else if (escape == 'r') {
      token.content += '\r';
    } else if (escape == 't') {
      token.content += '\t';
    } else if (escape == 'x' && at_ + 2 < text_.size() && HexDigit(text_[at_ + 1]) >= 0 &&
               HexDigit(text_[at_ + 2]) >= 0) {
      token.content += static_cast<char>(HexDigit(text_[at_ + 1]) * 16 + HexDigit(text_[at_ + 2]));
      at_ += 2;
    } else {
      break;
    }
  }
  token.kind = TokenKind::Bad;
  token.text = "text without end or with an unknown escape";
  return token;
}

Token KernelLexer::Next() {
  Token token;
  token.glued = !SkipBlanks();
  token.line = line_;
  if (at_ >= text_.size()) return token;
  size_t start = at_;
  char c = text_[at_];
  if (c == '"') return ReadText(std::move(token));
  if (text_.substr(at_, 2) == "->") {
    at_ += 2;
    token.kind = TokenKind::Punctuation;
  } else if (IsWordChar(c) || c == '%') {
    token.kind = c == '%' ? TokenKind::Value : TokenKind::Word;
    if (c == '%') start = ++at_;
    while (at_ < text_.size() && IsWordChar(text_[at_])) ++at_;
    if (start == at_) token.kind = TokenKind::Bad;
  } else {
    ++at_;
    bool known = std::string_view("(){},:=@").find(c) != std::string_view::npos;
    token.kind = known ? TokenKind::Punctuation : TokenKind::Bad;
  }
  token.text = text_.substr(start, at_ - start);
  return token;
}

}  // namespace varpulis::ir
