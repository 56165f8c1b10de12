#include "compiler/syntax/statement_tokens.h"

namespace varpulis::syntax {

void StatementTokens::Set(const std::vector<Token>& tokens) {
  tokens_.clear();
  tokens_.reserve(tokens.size() + 1);
  for (const Token& token : tokens) tokens_.emplace_back(token.type, token.span, tokens_.size());
  const uint32_t end = tokens.back().span.end;
  tokens_.emplace_back(antlr4::Token::EOF, source::SourceSpan{end, end}, tokens_.size());
  at_ = 0;
}

// Behind the last token is always the end-of-file token; before the first there is none.
antlr4::Token* StatementTokens::LT(ssize_t k) {
  const ssize_t index = static_cast<ssize_t>(at_) + (k > 0 ? k - 1 : k);
  if (index < 0) return nullptr;
  return &tokens_[std::min(static_cast<size_t>(index), tokens_.size() - 1)];
}

antlr4::Token* StatementTokens::get(size_t index) const {
  return const_cast<PlainToken*>(&tokens_[std::min(index, tokens_.size() - 1)]);
}

}  // namespace varpulis::syntax
