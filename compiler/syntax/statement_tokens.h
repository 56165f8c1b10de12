#pragma once

// The tokens of one statement as ANTLR wants to see them: by value in one array. ANTLR's own stream
// allocates each token with a text and a source of its own.

#include <string>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/syntax/token.h"

namespace varpulis::syntax {

// A token that knows its type and its bytes; everything else ANTLR asks for is nobody's business.
class PlainToken final : public antlr4::Token {
 public:
  PlainToken(size_t type, source::SourceSpan span, size_t index)
      : type_(type), span_(span), index_(index) {}

  size_t getType() const override { return type_; }
  size_t getStartIndex() const override { return span_.begin; }
  size_t getStopIndex() const override { return static_cast<size_t>(span_.end) - 1; }
  size_t getTokenIndex() const override { return index_; }
  size_t getChannel() const override { return DEFAULT_CHANNEL; }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  std::string getText() const override { return {}; }
  std::string toString() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }

 private:
  size_t type_;
  source::SourceSpan span_;
  size_t index_;
};

class StatementTokens final : public antlr4::TokenStream {
 public:
  // Takes the place of the tokens held before, and starts over. An end-of-file token is added.
  void Set(const std::vector<Token>& tokens);
  const std::vector<PlainToken>& tokens() const { return tokens_; }

  void consume() override { at_ += at_ + 1 < tokens_.size() ? 1 : 0; }
  size_t LA(ssize_t i) override { return LT(i)->getType(); }
  antlr4::Token* LT(ssize_t k) override;
  antlr4::Token* get(size_t index) const override;
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, tokens_.size() - 1); }
  size_t size() override { return tokens_.size(); }

  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  std::vector<PlainToken> tokens_;
  size_t at_ = 0;
};

}  // namespace varpulis::syntax
