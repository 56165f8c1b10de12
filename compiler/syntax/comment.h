#pragma once

// Comments. The lexer drops them; they are found again in the text between two tokens.

#include <vector>

#include "compiler/source/source_file.h"

namespace varpulis::syntax {

struct Comment {
  source::SourceSpan span;  // without the blanks behind it
  bool is_block = false;    // `/* */`, which may have several lines; else it ends its line
};

// The comments in a gap between two tokens, in order; the gap holds nothing but blanks and comments.
// Linear in the length of the gap.
std::vector<Comment> CommentsIn(const source::SourceFile& source, source::SourceSpan gap);

}  // namespace varpulis::syntax
