#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace varpulis::ast {

// Names that start a stream operator after a dot (language.md 4, language-later.md 2.4).
const std::vector<std::string>& StreamOperators();
bool IsStreamOperator(std::string_view name);

}  // namespace varpulis::ast
