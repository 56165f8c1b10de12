#include "compiler/syntax/format/piece.h"

#include <algorithm>

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

// `stream X = ..`, `stream X: T = ..`, `pattern P = ..`.
bool IsChain(const LineTokens& line) {
  if (line.roles[line.begin] != TokenRole::Keyword) return false;
  const uint32_t first = line.tokens[line.begin].type;
  return first == VplLexer::STREAM || first == VplLexer::PATTERN;
}

bool IsLink(const Piece& piece, bool is_pattern) {
  if (piece.depth > 0) return false;
  const uint32_t type = piece.token.type;
  if (type == VplLexer::ARROW) return true;
  if (!is_pattern) return type == VplLexer::STREAM_DOT;
  return piece.role == TokenRole::Keyword &&
         (type == VplLexer::WITHIN || type == VplLexer::PARTITION);
}

// `a.increasing(v)` belongs to its step.
bool IsMonotonic(const LineTokens& line, size_t i) {
  return i + 1 < line.end && (line.tokens[i + 1].type == VplLexer::INCREASING ||
                              line.tokens[i + 1].type == VplLexer::DECREASING);
}

Invitation InvitationOf(const Piece& piece, const Piece* before) {
  const uint32_t type = piece.token.type;
  if (before == nullptr) return Invitation::None;
  if (before->role == TokenRole::Comma)
    return piece.role == TokenRole::Closer ? Invitation::None : Invitation::Comma;
  if (piece.role == TokenRole::WordOperator) {
    if (type == VplLexer::AND || type == VplLexer::PATTERN_AND) return Invitation::And;
    if (type == VplLexer::OR || type == VplLexer::PATTERN_OR) return Invitation::Or;
  }
  if (type == VplLexer::ARROW && piece.depth > 0) return Invitation::Or;
  if (IsOpening(before->role) && piece.role != TokenRole::Closer) return Invitation::Opener;
  return Invitation::None;
}

bool HoldsLine(const Gap& gap) {
  return std::any_of(gap.comments.begin(), gap.comments.end(), [&](const GapComment& comment) {
    return comment.own_line || !comment.comment.is_block || gap.has_line_break;
  });
}

void Measure(Piece& piece) {
  const size_t first = piece.text.find('\n');
  piece.width = source::CountCodePoints(piece.text.substr(0, first));
  piece.last_width = first == std::string_view::npos
                         ? piece.width
                         : source::CountCodePoints(piece.text.substr(piece.text.rfind('\n') + 1));
}

// Line breaks that the house style does not have, although the author wrote them.
bool IsUnwanted(const LogicalLine& line, bool is_chain, size_t i,
                const std::vector<bool>& hanging) {
  const Piece& piece = line.pieces[i];
  const Piece& before = line.pieces[i - 1];
  switch (piece.role) {
    case TokenRole::Comma:
    case TokenRole::Semicolon:
    case TokenRole::Colon:
    case TokenRole::SliceColon:
    case TokenRole::Postfix:
    case TokenRole::Range:
    case TokenRole::CallOpener:
    case TokenRole::TypeCloser:
      return true;
    case TokenRole::Closer:
      return !hanging.back();
    default:
      break;
  }
  if (before.role == TokenRole::Prefix || before.role == TokenRole::Dot ||
      before.role == TokenRole::OperatorDot || before.role == TokenRole::Range ||
      before.role == TokenRole::TypeOpener) {
    return true;
  }
  const uint32_t type = before.token.type;
  return is_chain && before.depth == 0 && (type == VplLexer::ARROW || type == VplLexer::EQUALS);
}

// The break before a link must not get lost with the one behind it: `->` and the next line its step.
// The same for a comma at the start of a line.
void MoveBreak(LogicalLine& line, size_t i) {
  Piece& piece = line.pieces[i];
  Piece& before = line.pieces[i - 1];
  if (before.is_link) before.breaks = true;
  if (piece.role == TokenRole::Comma && i + 1 < line.pieces.size())
    line.pieces[i + 1].breaks = true;
}

void DropUnwantedBreaks(LogicalLine& line, bool is_chain) {
  std::vector<bool> hanging;  // per open bracket, whether its content starts on a new line
  for (size_t i = 0; i < line.pieces.size(); ++i) {
    Piece& piece = line.pieces[i];
    if (i > 0 && piece.breaks && !piece.must_break && IsUnwanted(line, is_chain, i, hanging)) {
      piece.breaks = false;
      MoveBreak(line, i);
    }
    if (IsOpening(piece.role)) {
      const bool has_content =
          i + 1 < line.pieces.size() && line.pieces[i + 1].role != TokenRole::Closer;
      hanging.push_back(has_content && line.pieces[i + 1].breaks);
    } else if (piece.role == TokenRole::Closer && !hanging.empty()) {
      hanging.pop_back();
    }
  }
}

}  // namespace

LogicalLine MakeLine(const LineTokens& line) {
  LogicalLine result;
  const bool is_chain = IsChain(line);
  const bool is_pattern = line.tokens[line.begin].type == VplLexer::PATTERN;
  uint32_t depth = 0;
  bool ends_statement = false;  // a line break in the block of a lambda
  const Gap* gap = line.gaps;
  for (size_t i = line.begin; i < line.end; ++i) {
    const TokenRole role = line.roles[i];
    if (role == TokenRole::Layout) {
      ends_statement = true;
      continue;
    }
    Piece piece{line.tokens[i], role, line.source.Text(line.tokens[i].span), gap};
    if (role == TokenRole::Closer && depth > 0) --depth;
    piece.depth = depth;
    if (IsOpening(role)) ++depth;
    Measure(piece);
    piece.space = line.spaces[i];
    const bool is_first = result.pieces.empty();
    piece.must_break = !is_first && (ends_statement || HoldsLine(*gap));
    piece.breaks = !is_first && (piece.must_break || gap->has_line_break);
    piece.starts_statement = ends_statement;
    piece.is_link = is_chain && !is_first && IsLink(piece, is_pattern) && !IsMonotonic(line, i);
    result.has_links |= piece.is_link;
    piece.invitation = InvitationOf(piece, is_first ? nullptr : &result.pieces.back());
    result.pieces.push_back(piece);
    ends_statement = false;
    ++gap;
  }
  result.opens_block =
      line.end < line.tokens.size() && result.pieces.back().role == TokenRole::Colon;
  DropUnwantedBreaks(result, is_chain);
  return result;
}

}  // namespace varpulis::format
