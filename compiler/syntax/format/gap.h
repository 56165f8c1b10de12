#pragma once

// What stands between two tokens: comments and line breaks.

#include <vector>

#include "compiler/syntax/comment.h"
#include "compiler/syntax/token.h"

namespace varpulis::format {

struct GapComment {
  syntax::Comment comment;
  bool own_line = false;      // nothing but comments before it on its line
  bool blank_before = false;  // an empty line
  uint32_t column = 0;        // bytes before it on its line
};

// What stands in front of a token.
struct Gap {
  std::vector<GapComment> comments;
  bool has_line_break = false;
  bool blank_before = false;  // an empty line right before the token
};

// One gap per token that is no line break, and one for what follows the last.
std::vector<Gap> GapsOf(const source::SourceFile& source, const std::vector<syntax::Token>& tokens);

}  // namespace varpulis::format
