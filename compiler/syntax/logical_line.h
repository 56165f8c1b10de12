#pragma once

// Physical lines to logical lines (language.md 1.3): a line goes on while a bracket is open, when the
// next one starts with `.`, `->` or a word that no statement starts with, or when it ends with an
// operator or a comma. Brackets are balanced here.

#include <string_view>
#include <vector>

#include "compiler/syntax/token.h"

namespace varpulis::syntax {

struct LogicalLine {
  std::vector<Token> tokens;     // without line breaks, never empty
  std::string_view indentation;  // white space before the first token
  bool broken = false;           // an error was reported in it: not to be parsed
};

// Reports bracket errors and nesting beyond limits::kMaxProgramNesting. An unclosed bracket ends at
// the next line that can only be the start of a declaration. Dots that start a stream operator become
// STREAM_DOT, so that `where a.b .window(5m)` ends its condition (language.md 1.7); line breaks in
// the block of a lambda become NEWLINE.
std::vector<LogicalLine> SplitLines(const source::SourceFile& source,
                                    const std::vector<Token>& tokens,
                                    diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
