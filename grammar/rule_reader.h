#pragma once

// What the generated parser derives from, in place of antlr4::Parser: the same steps, with the names
// that generated code calls, but without a dynamic_cast at each rule and with parse trees in blocks of
// memory that are used again. A program of thousands of rules makes millions of tree nodes.

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "antlr4-runtime.h"

namespace varpulis::grammar {

// Where tree nodes live until the parser is reset.
class TreeNodes {
 public:
  TreeNodes() = default;
  ~TreeNodes() { Clear(); }
  TreeNodes(const TreeNodes&) = delete;
  TreeNodes& operator=(const TreeNodes&) = delete;

  // The name that generated code uses.
  template <typename T, typename... Arguments>
  T* createInstance(Arguments&&... arguments) {
    T* node = New<T>(std::forward<Arguments>(arguments)...);
    rules_.push_back(node);
    return node;
  }
  // A leaf owns nothing, so it is never destroyed.
  antlr4::tree::TerminalNodeImpl* NewLeaf(antlr4::Token* token) {
    return New<antlr4::tree::TerminalNodeImpl>(token);
  }
  void Clear() {
    for (antlr4::ParserRuleContext* rule : rules_) rule->~ParserRuleContext();
    rules_.clear();
    block_ = 0;
    used_ = 0;
  }

 private:
  static constexpr size_t kBlockBytes = 64 << 10;

  template <typename T, typename... Arguments>
  T* New(Arguments&&... arguments) {
    constexpr size_t kSize =
        (sizeof(T) + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
    static_assert(kSize <= kBlockBytes);
    if (used_ + kSize > kBlockBytes) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) blocks_.push_back(std::make_unique<std::byte[]>(kBlockBytes));
    void* place = blocks_[block_].get() + used_;
    used_ += kSize;
    return new (place) T(std::forward<Arguments>(arguments)...);
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  size_t block_ = 0;  // the one being filled
  size_t used_ = 0;   // of it
  std::vector<antlr4::ParserRuleContext*> rules_;
};

class RuleReader : public antlr4::Parser {
 public:
  explicit RuleReader(antlr4::TokenStream* input) : Parser(input) {}

  void reset() override {
    _tracker.Clear();
    Parser::reset();
  }

  void enterRule(antlr4::ParserRuleContext* rule, size_t state, size_t) override {
    setState(state);
    _ctx = rule;
    rule->start = _input->LT(1);
    if (rule->parent != nullptr) rule->parent->children.push_back(rule);
  }
  // A labelled alternative takes the place of its rule.
  void enterOuterAlt(antlr4::ParserRuleContext* rule, size_t alternative) override {
    rule->setAltNumber(alternative);
    if (_ctx != rule && _ctx->parent != nullptr) _ctx->parent->children.back() = rule;
    _ctx = rule;
  }
  antlr4::Token* consume() override {
    antlr4::Token* token = _input->LT(1);
    if (token->getType() != antlr4::Token::EOF) _input->consume();
    auto* leaf = _tracker.NewLeaf(token);
    leaf->parent = _ctx;
    _ctx->children.push_back(leaf);
    return token;
  }

  // Hide what Parser and Recognizer have by these names.
  template <typename T>
  T* getInterpreter() const {
    return static_cast<T*>(_interpreter);
  }

 protected:
  void exitRule() {
    _ctx->stop = _input->LT(-1);
    setState(_ctx->invokingState);
    _ctx = static_cast<antlr4::ParserRuleContext*>(_ctx->parent);
  }

  template <typename F>
  class AtExit {
   public:
    explicit AtExit(F leave) : leave_(std::move(leave)) {}
    ~AtExit() { leave_(); }
    AtExit(const AtExit&) = delete;
    AtExit& operator=(const AtExit&) = delete;

   private:
    F leave_;
  };
  template <typename F>
  static AtExit<F> finally(F leave) {
    return AtExit<F>(std::move(leave));
  }

  TreeNodes _tracker;
};

}  // namespace varpulis::grammar
