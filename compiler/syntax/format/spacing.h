#pragma once

// Blanks between tokens of one line.

#include <vector>

#include "compiler/syntax/token.h"
#include "compiler/syntax/token_role.h"

namespace varpulis::format {

// For each token of a statement, whether a blank stands before it when it shares a line with the token
// before. Tokens that would become another one without a blank always have one.
std::vector<bool> SpacesOf(const std::vector<syntax::Token>& statement,
                           const std::vector<syntax::TokenRole>& roles);

}  // namespace varpulis::format
