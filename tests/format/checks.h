#pragma once

// What must hold whenever a program is formatted.

#include <optional>
#include <string>
#include <vector>

namespace varpulis::format {

struct Checked {
  std::optional<std::string> text;  // nothing: the program has syntax errors
  std::string complaint;            // what formatting broke; empty if nothing
};
// Formats and compares: the tokens are the same, so are the comments, the AST, and the result of
// formatting the result; no line ends in blanks.
Checked FormatAndCheck(const std::string& program);

// The tokens of a program as they are written, without line breaks and comments; `;` and the line breaks
// that separate statements in a lambda are kept.
std::vector<std::string> TokenTexts(const std::string& program);

}  // namespace varpulis::format
