#pragma once

// A text to its top-level statements: tokens, lines, loops over literal ranges written out.

#include <vector>

#include "compiler/source/source_map.h"
#include "compiler/syntax/statement_cutter.h"

namespace varpulis::syntax {

// The statements in order, those of a loop once for each of its values (language.md 2.11). Copies of
// loop bodies are added to `sources` and read as texts of their own, with what is wrong in them. Linear
// in the size of text and copies, which limits::kMaxExpandedLines bounds.
std::vector<StatementText> ReadStatements(source::SourceMap& sources,
                                          const source::SourceFile& text,
                                          diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
