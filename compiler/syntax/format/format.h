#pragma once

// A program in the layout of the house (docs/language/formatting.md).

#include <optional>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_file.h"

namespace varpulis::format {

// The text with other blanks and line breaks between its tokens: comments, literals and everything
// else stay as they are written, so the program means what it meant. The result of a result is the same
// text. Nothing if the program has syntax errors, which are reported. Linear time; thread-safe.
std::optional<std::string> Format(const source::SourceFile& source,
                                  diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::format
