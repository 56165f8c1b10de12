#pragma once

// What the parser stumbled over, in the words of a rule author (language.md 11.2).

#include "antlr4-runtime.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_file.h"

namespace varpulis::syntax {

// `found` is where the parse stopped, `statement` its tokens, `expected` the token types that would
// have fitted (empty if that is not known).
diagnostics::Diagnostic DescribeSyntaxError(const source::SourceFile& source,
                                            const std::vector<const antlr4::Token*>& statement,
                                            const antlr4::Token& found,
                                            const antlr4::misc::IntervalSet& expected);

}  // namespace varpulis::syntax
