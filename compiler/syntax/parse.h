#pragma once

// Text to AST: the only folder that knows ANTLR (decision D33).

#include <string>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_file.h"

namespace varpulis::syntax {

struct ParseOptions {
  // Threads that parse statements, this one included. What comes out is the same for any number.
  unsigned threads = 1;
};

// Parses the whole language of language.md 1 and 2 and language-later.md 2. Every syntax error is
// reported as E000 (literals out of range E064) and recovered from at the next top-level
// statement, so one call reports independent errors in all statements; statements with an error
// are left out of the result, their names are in lost_names. Linear time; bracket nesting is bounded by
// limits::kMaxProgramNesting, text size by limits::kMaxProgramBytes (E065). Thread-safe.
ast::Program Parse(const source::SourceFile& source, diagnostics::DiagnosticEmitter& diagnostics,
                   const ParseOptions& options = {});

// The token list, one a line: `line:column KIND text`, INDENT, DEDENT and NEWLINE included. Reports
// what is wrong before the statements are parsed: tokens, brackets, indentation.
std::string DumpTokens(const source::SourceFile& source,
                       diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
