#include "compiler/syntax/format/format.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "base/check.h"
#include "base/limits.h"
#include "compiler/syntax/format/gap.h"
#include "compiler/syntax/format/line_layout.h"
#include "compiler/syntax/format/spacing.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/statement_cutter.h"
#include "grammar/VplLexer.h"

namespace varpulis::format {

using grammar::VplLexer;
using syntax::StatementText;
using syntax::Token;
using syntax::TokenRole;

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// `for i in 1..=3:` at the top level repeats its body as text (language.md 2.11): what stands in there
// need not be tokens, so nothing in it is touched.
bool IsTextualLoop(const std::vector<Token>& tokens) {
  size_t i = 3;
  const auto number = [&] {
    if (i < tokens.size() &&
        (tokens[i].type == VplLexer::MINUS || tokens[i].type == VplLexer::PLUS))
      ++i;
    return i < tokens.size() && tokens[i++].type == VplLexer::INT;
  };
  if (tokens.size() < 7 || tokens[0].type != VplLexer::FOR || tokens[2].type != VplLexer::IN ||
      !number() || i >= tokens.size()) {
    return false;
  }
  const uint32_t range = tokens[i++].type;
  return (range == VplLexer::RANGE || range == VplLexer::RANGE_INCLUSIVE) && number() &&
         i < tokens.size() && tokens[i].type == VplLexer::COLON;
}

class ProgramWriter {
 public:
  ProgramWriter(const source::SourceFile& source, const std::vector<Gap>& gaps)
      : source_(source), gaps_(gaps) {
    const size_t first = source.text().find('\n');
    if (first != std::string_view::npos && first > 0 && source.text()[first - 1] == '\r')
      out_.line_break = "\r\n";
  }

  std::string Write(const std::vector<StatementText>& statements) {
    out_.text.reserve(source_.text().size() + source_.text().size() / 8);
    if (source_.text().starts_with(kByteOrderMark)) out_.text = kByteOrderMark;
    start_ = out_.text.size();
    for (const StatementText& statement : statements) {
      if (IsTextualLoop(statement.tokens)) {
        WriteAsItIs(statement.tokens);
      } else {
        WriteStatement(statement.tokens);
      }
    }
    VPL_CHECK(gap_ + 1 == gaps_.size(), "{} of {} tokens", gap_, gaps_.size() - 1);
    EndLine(0);
    return std::move(out_.text);
  }

 private:
  void WriteStatement(const std::vector<Token>& tokens) {
    const std::vector<TokenRole> roles = RolesOf(tokens);
    const std::vector<bool> spaces = SpacesOf(tokens, roles);
    size_t begin = 0, count = 0;
    uint32_t open = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (roles[i] == TokenRole::Opener || roles[i] == TokenRole::CallOpener) ++open;
      if (roles[i] == TokenRole::Closer && open > 0) --open;
      if (roles[i] != TokenRole::Layout) ++count;
      if (roles[i] != TokenRole::Layout || open > 0) continue;
      if (tokens[i].type == VplLexer::INDENT) ++depth_;
      if (tokens[i].type == VplLexer::DEDENT) --depth_;
      if (count > 0) {
        StartLine(tokens[begin]);
        LayOut(source_, MakeLine({source_, tokens, roles, spaces, &gaps_[gap_], begin, i}),
               depth_ * kIndent, out_);
        gap_ += count;
      }
      begin = i + 1;
      count = 0;
    }
  }

  // With the indentation of its first line, to its last token.
  void WriteAsItIs(const std::vector<Token>& tokens) {
    StartLine(tokens.front());
    const uint32_t begin = tokens.front().span.begin;
    const std::string_view before = source_.Text({begin - ColumnOf(begin), begin});
    if (before.find_first_not_of(" \t") == std::string_view::npos) out_.text += before;
    uint32_t end = begin;
    for (const Token& token : tokens) {
      if (token.type == VplLexer::NEWLINE || token.type == VplLexer::INDENT ||
          token.type == VplLexer::DEDENT) {
        continue;
      }
      AppendWithoutLastBlanks(source_.Text({end, token.span.begin}));
      out_.text += source_.Text(token.span);
      end = token.span.end;
      ++gap_;
    }
  }
  void AppendWithoutLastBlanks(std::string_view gap) {
    for (size_t end; (end = gap.find('\n')) != std::string_view::npos; gap.remove_prefix(end + 1)) {
      const std::string_view line = gap.substr(0, end);
      out_.text += line.substr(0, line.find_last_not_of(" \t\r") + 1);
      out_.text += out_.line_break;
    }
    out_.text += gap;
  }

  // Ends the line before this one, and writes the comments in between.
  void StartLine(const Token& first) {
    EndLine(depth_);
    const bool opened_block = depth_ > last_depth_;
    LineBreak(gaps_[gap_].blank_before && !opened_block);
    columns_.resize(depth_);
    columns_.push_back(depth_ == 0 ? 0 : ColumnOf(first.span.begin));
    last_depth_ = depth_;
  }

  // The comments in front of the next line, the first of which may belong to the line before.
  void EndLine(uint32_t next_depth) {
    const bool opened_block = next_depth > last_depth_;
    bool is_first = true;
    for (const GapComment& comment : gaps_[gap_].comments) {
      if (!comment.own_line) {
        out_.text += "  ";
      } else {
        LineBreak(true);
        LineBreak(comment.blank_before && !(opened_block && is_first));
        out_.text.append(CommentDepth(comment, next_depth) * kIndent, ' ');
        is_first = false;
      }
      AppendComment(source_, comment.comment, out_);
    }
    LineBreak(true);
  }
  // Not at the start of the text.
  void LineBreak(bool wanted) {
    if (wanted && out_.text.size() > start_) out_.text += out_.line_break;
  }

  // Between the end of a block and what follows, the column says what a comment belongs to.
  uint32_t CommentDepth(const GapComment& comment, uint32_t next_depth) const {
    for (uint32_t depth = last_depth_; depth > next_depth; --depth) {
      if (comment.column >= columns_[depth]) return depth;
    }
    return next_depth;
  }

  uint32_t ColumnOf(uint32_t offset) const {
    return offset - source_.LineStart(source_.Locate(offset).line);
  }

  const source::SourceFile& source_;
  const std::vector<Gap>& gaps_;
  Output out_;
  size_t start_ = 0;  // of the program in it
  size_t gap_ = 0;    // of the next token
  uint32_t depth_ = 0;
  uint32_t last_depth_ = 0;
  std::vector<uint32_t> columns_ = {0};  // of the lines of the open blocks, as they are written
};

bool HasSyntaxError(const diagnostics::DiagnosticEmitter& diagnostics) {
  const auto all = diagnostics.Sorted();
  return std::any_of(all.begin(), all.end(), [](const diagnostics::Diagnostic& diagnostic) {
    return diagnostic.severity() == diagnostics::Severity::Error &&
           diagnostic.kind != diagnostics::DiagnosticKind::NotAvailable;
  });
}

}  // namespace

std::optional<std::string> Format(const source::SourceFile& source,
                                  diagnostics::DiagnosticEmitter& diagnostics) {
  source::SourceMap alone(source.path(), std::string(source.text()));
  diagnostics::DiagnosticEmitter found(alone);
  syntax::Parse(alone, found);
  if (HasSyntaxError(found)) {
    diagnostics.Append(found);
    return std::nullopt;
  }
  diagnostics::DiagnosticEmitter repeated;
  const std::vector<Token> tokens = syntax::Lex(source, repeated);
  const std::vector<StatementText> statements =
      CutStatements(SplitLines(source, tokens, repeated), repeated);
  const std::vector<Gap> gaps = GapsOf(source, tokens);
  std::string text = ProgramWriter(source, gaps).Write(statements);
  if (text.size() <= limits::kMaxProgramBytes) return text;
  diagnostics.Emit({diagnostics::DiagnosticKind::ProgramTooLarge,
                    {},
                    fmt::format("laid out, the program would have more than {} MiB",
                                limits::kMaxProgramBytes >> 20),
                    {},
                    {},
                    "split it into several programs"});
  return std::nullopt;
}

}  // namespace varpulis::format
