#pragma once

// A text as tokens with their roles, whatever is wrong with it: for what colours, completes and looks up
// while somebody is typing.

#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/token_role.h"

namespace varpulis::syntax {

struct PlacedToken {
  source::SourceSpan span;  // empty for Layout
  TokenRole role;
};

// One list per top-level statement. Linear time.
std::vector<std::vector<PlacedToken>> ReadTokens(const source::SourceFile& source);

// False inside of texts and comments that the file does not close before `offset`, and inside of
// comments that end there.
bool IsCode(const source::SourceFile& source, uint32_t offset);

}  // namespace varpulis::syntax
