#include "compiler/service/call_site.h"

#include <algorithm>

namespace varpulis::service {

using reference::Entry;
using reference::Family;
using syntax::PlacedToken;
using syntax::TokenRole;

namespace {

bool Opens(TokenRole role) { return role == TokenRole::Opener || role == TokenRole::CallOpener; }

bool IsValue(TokenRole role) {
  return role == TokenRole::Name || role == TokenRole::Number || role == TokenRole::Text ||
         role == TokenRole::Constant || role == TokenRole::Closer;
}

}  // namespace

const Entry* EnclosingCall(const source::SourceFile& source, const std::vector<PlacedToken>& tokens,
                           size_t at) {
  int depth = 0;
  for (size_t i = at; i-- > 0;) {
    if (tokens[i].role == TokenRole::Closer) ++depth;
    if (!Opens(tokens[i].role) || depth-- > 0) continue;
    if (i == 0) return nullptr;
    const auto name = source.Text(tokens[i - 1].span);
    const bool calls = tokens[i].role == TokenRole::CallOpener;
    if (calls && tokens[i - 1].role == TokenRole::Keyword)
      return reference::Find(Family::Source, name);
    if (calls && i > 1 && tokens[i - 2].role == TokenRole::OperatorDot)
      return reference::Find(Family::Operator, name);
    // `.emit as T (`
    for (size_t k = i - 1; k > 2; --k) {
      if (tokens[k].role == TokenRole::Name || tokens[k].role == TokenRole::Dot) continue;
      const bool emits = tokens[k].role == TokenRole::Keyword &&
                         tokens[k - 2].role == TokenRole::OperatorDot &&
                         source.Text(tokens[k - 1].span) == "emit";
      return emits ? reference::Find(Family::Operator, "emit") : nullptr;
    }
    return nullptr;
  }
  return nullptr;
}

CallSite CallSiteAt(const source::SourceFile& source, uint32_t offset) {
  for (const auto& tokens : syntax::ReadTokens(source)) {
    if (tokens.empty() || tokens.back().span.end < offset) continue;
    for (size_t i = 0; i < tokens.size(); ++i) {
      const PlacedToken& token = tokens[i];
      if (token.span.begin > offset) return {};
      const bool next_touches = i + 1 < tokens.size() && tokens[i + 1].span.begin == offset &&
                                tokens[i + 1].role != TokenRole::Layout &&
                                IsValue(tokens[i + 1].role);
      if (offset > token.span.end || token.span.begin == token.span.end || next_touches) continue;
      CallSite site{token.span};
      const TokenRole before = i > 0 ? tokens[i - 1].role : TokenRole::Layout;
      const TokenRole after = i + 1 < tokens.size() ? tokens[i + 1].role : TokenRole::Layout;
      site.is_operator_name = before == TokenRole::OperatorDot;
      site.is_source_name = token.role == TokenRole::Keyword && after == TokenRole::CallOpener;
      site.is_argument_name = token.role == TokenRole::Name && after == TokenRole::Colon;
      site.is_value = IsValue(token.role);
      site.entry = EnclosingCall(source, tokens, i);
      return site;
    }
  }
  return {};
}

}  // namespace varpulis::service
