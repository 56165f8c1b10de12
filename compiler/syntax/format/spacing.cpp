#include "compiler/syntax/format/spacing.h"

#include "antlr4-runtime.h"
#include "grammar/VplLexer.h"

namespace varpulis::format {

using grammar::VplLexer;
using syntax::Token;
using syntax::TokenRole;

namespace {

// What belongs to the name before its dot: `Login.from(Mq)`, `Quote.increasing(px)`.
bool BelongsToName(uint32_t name) {
  return name == VplLexer::FROM || name == VplLexer::INCREASING || name == VplLexer::DECREASING;
}

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
  for (size_t i = 1; i < statement.size(); ++i) {
    const bool is_last = i + 1 == statement.size();
    spaces[i] =
        HasSpace(statement[i - 1], roles[i - 1], statement[i], roles[i]) ||
        (roles[i] == TokenRole::OperatorDot && (is_last || !BelongsToName(statement[i + 1].type)));
  }
  return spaces;
}

}  // namespace varpulis::format
