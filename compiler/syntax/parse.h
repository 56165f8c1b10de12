#pragma once

// Text to AST: the only folder that knows ANTLR (decision D33).

#include <string>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

namespace varpulis::syntax {

struct ParseOptions {
  // Threads that parse statements, this one included. What comes out is the same for any number.
  unsigned threads = 1;
};

// Parses the whole language of language.md 1 and 2 and language-later.md 2. Every syntax error is
// reported as E000 (literals out of range E064) and recovered from at the next top-level
// statement, so one call reports independent errors in all statements; statements with an error
// are left out of the result, their names are in lost_names. Loops over literal ranges at the top level
// are written out (language.md 2.11, E035): their copies are added to `sources`, and spans in the
// result may point into them. Linear time; bracket nesting is bounded by limits::kMaxProgramNesting, text size by
// limits::kMaxProgramBytes (E065).
ast::Program Parse(source::SourceMap& sources, const source::SourceFile& file,
                   diagnostics::DiagnosticEmitter& diagnostics, const ParseOptions& options = {});
// The program's own file.
ast::Program Parse(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics,
                   const ParseOptions& options = {});

// The token list of the program's own file, one a line: `line:column KIND text`, INDENT, DEDENT and
// NEWLINE included. Reports what is wrong before the statements are parsed: tokens, brackets,
// indentation, loops.
std::string DumpTokens(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
