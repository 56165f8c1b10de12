#include "compiler/syntax/format/line_layout.h"

#include <algorithm>
#include <vector>

namespace varpulis::format {

using syntax::TokenRole;

namespace {

bool IsOpening(TokenRole role) {
  return role == TokenRole::Opener || role == TokenRole::CallOpener;
}

// Walks over the pieces and knows the column of each.
class LineWriter {
 public:
  LineWriter(const source::SourceFile& source, LogicalLine& line, uint32_t indent)
      : source_(source), line_(line), indent_(indent) {
    MeasureElements();
  }

  // With `out` the text is appended; without, only columns are computed and with `may_break` breaks are
  // added where a line is too long. True if it added one.
  bool Write(Output* out, bool may_break) {
    out_ = out;
    may_break_ = may_break;
    brackets_.clear();
    added_ = false;
    longest_ = 0;
    column_ = line_indent_ = indent_;
    if (out_ != nullptr) out_->text.append(indent_, ' ');
    for (size_t i = 0; i < line_.pieces.size(); ++i) Place(i);
    longest_ = std::max(longest_, column_);
    return added_;
  }
  uint32_t longest() const { return longest_; }

 private:
  struct Bracket {
    uint32_t line_indent;  // of the line that it opens in
    uint32_t column;       // where its content starts if that is on the same line
    bool hanging;
    bool statements;  // the block of a lambda, its statements on lines of their own
  };

  // Pieces before the next place that would rather be broken, as an index; and widths up to each
  // piece, blanks included.
  void MeasureElements() {
    const auto& pieces = line_.pieces;
    before_.assign(pieces.size() + 1, 0);
    for (size_t i = 0; i < pieces.size(); ++i)
      before_[i + 1] = before_[i] + pieces[i].width + (pieces[i].space ? 1 : 0);
    element_end_.assign(pieces.size(), pieces.size());
    // Later places that may end an element, the outermost and strongest at the bottom.
    std::vector<size_t> ends;
    for (size_t i = pieces.size(); i-- > 0;) {
      while (!ends.empty() && !Ends(pieces[ends.back()], pieces[i])) ends.pop_back();
      if (!ends.empty()) element_end_[i] = ends.back();
      if (pieces[i].breaks) ends.clear();
      if (pieces[i].breaks || pieces[i].invitation > Invitation::Opener) ends.push_back(i);
    }
  }
  static bool Ends(const Piece& end, const Piece& start) {
    if (end.breaks || end.depth < start.depth) return true;
    return end.depth == start.depth && end.invitation >= start.invitation;
  }

  void Place(size_t i) {
    Piece& piece = line_.pieces[i];
    const bool closes = piece.role == TokenRole::Closer && !brackets_.empty();
    if (may_break_ && !piece.breaks && piece.invitation != Invitation::None && IsTooLong(i)) {
      piece.breaks = added_ = true;
      if (piece.invitation == Invitation::Opener) brackets_.back().hanging = true;
    }
    if (piece.breaks) {
      // Comments in front of a closer belong to the content.
      NewLine(i, std::min(BreakIndent(i, closes), kMaxIndent),
              std::min(BreakIndent(i, false), kMaxIndent));
    } else if (i > 0) {
      PlaceComments(i);
      if (piece.space || (HasComments(i) && StandsApart(piece.role))) Text(" ", 1);
    }
    if (closes) brackets_.pop_back();
    if (out_ != nullptr) out_->text += piece.text;
    column_ += piece.width;
    if (piece.text.find('\n') != std::string_view::npos) {
      longest_ = std::max(longest_, column_);
      column_ = piece.last_width;
    }
    if (IsOpening(piece.role)) Open(i);
  }

  void Open(size_t i) {
    const bool content = i + 1 < line_.pieces.size();
    const bool hanging = content && line_.pieces[i + 1].breaks;
    const uint32_t space = content && line_.pieces[i + 1].space ? 1 : 0;
    const bool statements = content && line_.pieces[i + 1].starts_statement;
    brackets_.push_back({line_indent_, column_ + space, hanging, statements});
  }

  // Without a break the part that starts here ends beyond the last column, and a break helps.
  bool IsTooLong(size_t i) const {
    const Piece& piece = line_.pieces[i];
    const uint32_t width = before_[element_end_[i]] - before_[i];
    if (column_ + width <= kMaxColumns) return false;
    if (piece.invitation != Invitation::Opener) return true;
    const uint32_t hanging = std::min(brackets_.back().line_indent + kIndent, kMaxIndent);
    return hanging < column_ && hanging + width <= kMaxColumns;
  }

  uint32_t BreakIndent(size_t i, bool closes) const {
    const Piece& piece = line_.pieces[i];
    if (brackets_.empty()) {
      // `a: int,` in a block: what follows is a field like this one.
      const bool lists = line_.pieces[i - 1].role == TokenRole::Comma;
      if (lists && line_.pieces.front().role != TokenRole::Keyword) return indent_;
      const bool deeper = (line_.has_links && !piece.is_link) || line_.opens_block;
      return indent_ + (deeper ? 2 * kIndent : kIndent);
    }
    const Bracket& bracket = brackets_.back();
    if (!bracket.hanging) return bracket.column;
    if (closes) return bracket.line_indent;
    const bool goes_on = bracket.statements && !piece.starts_statement;
    return bracket.line_indent + (goes_on ? 2 * kIndent : kIndent);
  }

  void NewLine(size_t i, uint32_t indent, uint32_t comment_indent) {
    const Gap& gap = *line_.pieces[i].gap;
    const bool may_be_blank = line_.pieces[i].starts_statement;
    for (const GapComment& comment : gap.comments) {
      if (comment.own_line) {
        Break(comment_indent, comment.blank_before && may_be_blank);
      } else {
        Text("  ", 0);
      }
      if (out_ != nullptr) AppendComment(source_, comment.comment, *out_);
    }
    Break(indent, gap.blank_before && may_be_blank);
    column_ = line_indent_ = indent;
  }
  void Break(uint32_t indent, bool blank_line) {
    longest_ = std::max(longest_, column_);
    column_ = 0;
    if (out_ == nullptr) return;
    if (blank_line) out_->text += out_->line_break;
    out_->text += out_->line_break;
    out_->text.append(indent, ' ');
  }

  bool HasComments(size_t i) const { return !line_.pieces[i].gap->comments.empty(); }
  // Of what follows a comment on its line.
  static bool StandsApart(TokenRole role) {
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
      default:
        return true;
    }
  }
  void PlaceComments(size_t i) {
    bool space = !IsOpening(line_.pieces[i - 1].role);
    for (const GapComment& comment : line_.pieces[i].gap->comments) {
      if (space) Text(" ", 1);
      if (out_ != nullptr) AppendComment(source_, comment.comment, *out_);
      const std::string_view text = source_.Text(comment.comment.span);
      const size_t last_break = text.rfind('\n');
      if (last_break != std::string_view::npos) column_ = 0;
      column_ += source::CountCodePoints(text.substr(last_break + 1));
      space = true;
    }
  }
  void Text(std::string_view text, uint32_t width) {
    if (out_ != nullptr) out_->text += text;
    column_ += width;
  }

  const source::SourceFile& source_;
  LogicalLine& line_;
  const uint32_t indent_;
  std::vector<uint32_t> before_;
  std::vector<size_t> element_end_;
  std::vector<Bracket> brackets_;
  Output* out_ = nullptr;
  bool may_break_ = false;
  bool added_ = false;
  uint32_t column_ = 0;
  uint32_t line_indent_ = 0;
  uint32_t longest_ = 0;
};

bool IsBroken(const LogicalLine& line) {
  return std::any_of(line.pieces.begin(), line.pieces.end(),
                     [](const Piece& piece) { return piece.depth == 0 && piece.breaks; });
}

void BreakLinks(LogicalLine& line) {
  for (Piece& piece : line.pieces) piece.breaks |= piece.is_link;
}

}  // namespace

void AppendComment(const source::SourceFile& source, const syntax::Comment& comment, Output& out) {
  std::string_view text = source.Text(comment.span);
  while (true) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    out.text += line;
    if (end == std::string_view::npos) return;
    out.text += out.line_break;
    text.remove_prefix(end + 1);
  }
}

void LayOut(const source::SourceFile& source, LogicalLine line, uint32_t indent, Output& out) {
  const auto is_too_long = [&] {
    LineWriter writer(source, line, indent);
    writer.Write(nullptr, false);
    return writer.longest() > kMaxColumns;
  };
  bool too_long = is_too_long();
  if (IsBroken(line) || too_long) {
    BreakLinks(line);
    too_long = is_too_long();
  }
  // A break may make another one wanted. They only become more, so this ends, nearly always at once.
  while (too_long && LineWriter(source, line, indent).Write(nullptr, true)) {
  }
  LineWriter(source, line, indent).Write(&out, false);
}

}  // namespace varpulis::format
