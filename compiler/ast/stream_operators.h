#pragma once

// The stream operators of the language by name. The parser needs them to see where a step's condition
// ends, the checker to tell an operator that cannot run yet from a misspelt one.

#include <string>
#include <string_view>
#include <vector>

namespace varpulis::ast {

// In alphabetical order (language.md 4, language-later.md 2.4).
const std::vector<std::string>& StreamOperators();
bool IsStreamOperator(std::string_view name);

}  // namespace varpulis::ast
