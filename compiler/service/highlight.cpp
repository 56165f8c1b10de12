#include "compiler/service/highlight.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "compiler/syntax/comment.h"
#include "compiler/syntax/read_tokens.h"

namespace varpulis::service {
namespace {

using sema::NameKind;
using syntax::PlacedToken;
using syntax::TokenRole;

HighlightKind KindOf(NameKind kind) {
  switch (kind) {
    case NameKind::Event:
      return HighlightKind::Event;
    case NameKind::Stream:
    case NameKind::Pattern:
      return HighlightKind::Stream;
    case NameKind::Type:
      return HighlightKind::Type;
    case NameKind::Field:
      return HighlightKind::Field;
    case NameKind::Alias:
    case NameKind::Variable:
      return HighlightKind::Variable;
    case NameKind::Parameter:
      return HighlightKind::Parameter;
    case NameKind::Function:
      return HighlightKind::Function;
    case NameKind::Builtin:
    case NameKind::Aggregate:
      return HighlightKind::Builtin;
    case NameKind::Connector:
    case NameKind::Context:
      return HighlightKind::Resource;
  }
  return HighlightKind::Variable;
}

bool IsPrimitive(std::string_view name) {
  constexpr std::array<std::string_view, 8> kTypes = {"int",       "float",    "bool", "str",
                                                      "timestamp", "duration", "any",  "Stream"};
  return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
}

class Painter {
 public:
  explicit Painter(const Analysis& analysis) : analysis_(analysis) {}

  std::vector<Highlight> Paint() {
    for (const auto& statement : syntax::ReadTokens(analysis_.source)) {
      for (size_t i = 0; i < statement.size(); ++i) Paint(statement, i);
    }
    PaintComments(static_cast<uint32_t>(analysis_.source.text().size()));
    return std::move(highlights_);
  }

 private:
  void Paint(const std::vector<PlacedToken>& tokens, size_t i) {
    const PlacedToken& token = tokens[i];
    if (token.role == TokenRole::Layout) return;
    PaintComments(token.span.begin);
    end_ = token.span.end;
    switch (token.role) {
      case TokenRole::Keyword:
      case TokenRole::WordOperator:
      case TokenRole::Constant:
        return Add(token.span, HighlightKind::Keyword);
      case TokenRole::Number:
        return Add(token.span, HighlightKind::Number);
      case TokenRole::Text:
        return Add(token.span, HighlightKind::Text);
      case TokenRole::Binary:
      case TokenRole::Prefix:
      case TokenRole::Postfix:
      case TokenRole::Range:
        return Add(token.span, HighlightKind::Operator);
      case TokenRole::Name:
        return PaintName(tokens, i);
      default:
        return;
    }
  }

  void PaintName(const std::vector<PlacedToken>& tokens, size_t i) {
    const source::SourceSpan span = tokens[i].span;
    const auto* known = analysis_.symbols.At(span.begin);
    // Dotted names are one name.
    if (known != nullptr && known->span.begin <= span.begin && span.end <= known->span.end)
      return Add(span, KindOf(analysis_.symbols[known->symbol].kind), known->declares);
    const TokenRole before = i > 0 ? tokens[i - 1].role : TokenRole::Layout;
    const TokenRole after = i + 1 < tokens.size() ? tokens[i + 1].role : TokenRole::Layout;
    if (before == TokenRole::OperatorDot) return Add(span, HighlightKind::Builtin);
    if (after == TokenRole::Colon) return Add(span, HighlightKind::Parameter);
    const bool in_type = before == TokenRole::Colon || before == TokenRole::TypeOpener ||
                         before == TokenRole::Opener || before == TokenRole::Binary ||
                         before == TokenRole::Comma;
    if (in_type && IsPrimitive(analysis_.source.Text(span))) Add(span, HighlightKind::Type);
  }

  void PaintComments(uint32_t until) {
    for (const syntax::Comment& comment : syntax::CommentsIn(analysis_.source, {end_, until}))
      Add(comment.span, HighlightKind::Comment);
  }
  void Add(source::SourceSpan span, HighlightKind kind, bool declares = false) {
    highlights_.push_back({span, kind, declares});
  }

  const Analysis& analysis_;
  std::vector<Highlight> highlights_;
  uint32_t end_ = 0;  // of the last token
};

}  // namespace

std::vector<Highlight> HighlightsOf(const Analysis& analysis) { return Painter(analysis).Paint(); }

}  // namespace varpulis::service
