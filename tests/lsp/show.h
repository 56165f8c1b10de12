#pragma once

// Messages as text that people read.

#include <string>

#include "cli/lsp/server.h"

namespace varpulis::lsp {

// On one line if it fits, else with one member or element per line. Ends with a line break.
std::string Show(const Json& json);
// Ranges as `3:8-3:12`.
Json WithShortRanges(const Json& json);
// The numbers of semantic tokens as `3:8+4 type modifiers`, one a line.
std::string ShowTokens(const Json& data);

// The range that is replaced, then `label kind detail` per item, with what is inserted if that is something
// else. Takes ranges that are short.
std::string ShowCompletions(const Json& result);

}  // namespace varpulis::lsp
