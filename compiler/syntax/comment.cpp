#include "compiler/syntax/comment.h"

#include <algorithm>
#include <string_view>

namespace varpulis::syntax {

namespace {

// One past the comment that starts at `at`, relative to `text`.
size_t EndOf(std::string_view text, size_t at, bool is_block) {
  if (is_block) {
    const size_t closer = text.find("*/", at + 2);
    return closer == std::string_view::npos ? text.size() : closer + 2;
  }
  size_t end = std::min(text.find('\n', at), text.size());
  while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r'))
    --end;
  return end;
}

}  // namespace

std::vector<Comment> CommentsIn(const source::SourceFile& source, source::SourceSpan gap) {
  std::vector<Comment> comments;
  const std::string_view text = source.Text(gap);
  for (size_t at = text.find_first_of("#/"); at != std::string_view::npos;) {
    const bool is_block = text.substr(at, 2) == "/*";
    const size_t end = EndOf(text, at, is_block);
    comments.push_back(
        {{gap.begin + static_cast<uint32_t>(at), gap.begin + static_cast<uint32_t>(end)},
         is_block});
    at = text.find_first_of("#/", end);
  }
  return comments;
}

}  // namespace varpulis::syntax
