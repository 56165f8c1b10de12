#include "compiler/syntax/format/spacing.h"

#include "antlr4-runtime.h"
#include "grammar/VplLexer.h"

namespace varpulis::format {

using grammar::VplLexer;
using syntax::Token;
using syntax::TokenRole;

namespace {

bool IsOpening(TokenRole role) {
  return role == TokenRole::Opener || role == TokenRole::CallOpener;
}

// `.within(5m)` after the condition or alias of a step stands apart from it.
class StepTails {
 public:
  void Follow(uint32_t before, const Token& token, TokenRole role) {
    if (IsOpening(role)) {
      open_.push_back(false);
    } else if (role == TokenRole::Closer) {
      if (open_.size() > 1) open_.pop_back();
    } else if (role == TokenRole::Comma || role == TokenRole::Layout) {
      open_.back() = false;
    } else if (token.type == VplLexer::ARROW ||
               (role == TokenRole::Keyword &&
                (token.type == VplLexer::WHERE || token.type == VplLexer::ALL ||
                 (token.type == VplLexer::AS && before != VplLexer::EMIT)))) {
      open_.back() = true;
    }
  }
  bool IsInside() const { return open_.back(); }

 private:
  std::vector<bool> open_ = {false};
};

// Without a blank the two would be read as another token: `T? ?`, `A? .within(..)`, `Stream<..> >`.
bool WouldMerge(const Token& before, const Token& token) {
  if (before.type == VplLexer::QUESTION) {
    return token.type == VplLexer::QUESTION || token.type == VplLexer::DOT ||
           token.type == VplLexer::STREAM_DOT;
  }
  return before.type == VplLexer::GT && token.type == VplLexer::GT;
}

bool HasSpace(const Token& before, TokenRole role_before, const Token& token, TokenRole role) {
  if (WouldMerge(before, token)) return true;
  const bool braces = token.type == VplLexer::RBRACE && role == TokenRole::Closer;
  if (braces) return before.type != VplLexer::LBRACE;
  if (before.type == VplLexer::LBRACE && role_before == TokenRole::Opener) return true;
  // The operators of a fork's path: `high: .where(..)`.
  if (role == TokenRole::OperatorDot && role_before == TokenRole::Colon) return true;
  switch (role) {
    case TokenRole::Comma:
    case TokenRole::Semicolon:
    case TokenRole::Colon:
    case TokenRole::SliceColon:
    case TokenRole::Closer:
    case TokenRole::TypeCloser:
    case TokenRole::CallOpener:
    case TokenRole::Postfix:
    case TokenRole::Range:
    case TokenRole::Dot:
    case TokenRole::OperatorDot:
      return false;
    case TokenRole::TypeOpener:
      if (token.type == VplLexer::LT) return false;
      break;
    default:
      break;
  }
  switch (role_before) {
    case TokenRole::Opener:
    case TokenRole::CallOpener:
    case TokenRole::TypeOpener:
    case TokenRole::Prefix:
    case TokenRole::Range:
    case TokenRole::Dot:
    case TokenRole::OperatorDot:
    case TokenRole::SliceColon:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::vector<bool> SpacesOf(const std::vector<Token>& statement,
                           const std::vector<TokenRole>& roles) {
  std::vector<bool> spaces(statement.size(), false);
  StepTails tails;
  for (size_t i = 0; i < statement.size(); ++i) {
    if (i > 0) {
      const Token& token = statement[i];
      spaces[i] = HasSpace(statement[i - 1], roles[i - 1], token, roles[i]);
      const uint32_t name = i + 1 < statement.size() ? statement[i + 1].type : 0;
      const bool belongs_to_step = name == VplLexer::INCREASING || name == VplLexer::DECREASING;
      if (token.type == VplLexer::STREAM_DOT && tails.IsInside() && !belongs_to_step)
        spaces[i] = true;
    }
    tails.Follow(i > 0 ? statement[i - 1].type : 0, statement[i], roles[i]);
  }
  return spaces;
}

}  // namespace varpulis::format
