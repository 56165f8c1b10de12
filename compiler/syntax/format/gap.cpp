#include "compiler/syntax/format/gap.h"

#include <utility>

#include "antlr4-runtime.h"
#include "grammar/VplLexer.h"

namespace varpulis::format {

std::vector<Gap> GapsOf(const source::SourceFile& source,
                        const std::vector<syntax::Token>& tokens) {
  std::vector<Gap> gaps;
  gaps.reserve(tokens.size() + 1);
  Gap gap;
  int breaks = 1;  // since the last token or comment; the text starts on a line of its own
  uint32_t end = 0;
  uint32_t line_start = 0;
  const auto take_comments = [&](uint32_t until) {
    for (const syntax::Comment& comment : syntax::CommentsIn(source, {end, until})) {
      const bool follows_own = !gap.comments.empty() && gap.comments.back().own_line;
      gap.comments.push_back(
          {comment, breaks > 0 || follows_own, breaks > 1, comment.span.begin - line_start});
      breaks = 0;
      const size_t last_break = source.Text(comment.span).rfind('\n');
      if (last_break != std::string_view::npos)
        line_start = comment.span.begin + static_cast<uint32_t>(last_break) + 1;
    }
  };
  for (const syntax::Token& token : tokens) {
    take_comments(token.span.begin);
    end = token.span.end;
    if (token.type == grammar::VplLexer::LINE_BREAK) {
      ++breaks;
      line_start = end;
      gap.has_line_break = true;
      continue;
    }
    gap.blank_before = breaks > 1;
    gaps.push_back(std::exchange(gap, {}));
    breaks = 0;
  }
  take_comments(static_cast<uint32_t>(source.text().size()));
  gaps.push_back(std::move(gap));
  return gaps;
}

}  // namespace varpulis::format
