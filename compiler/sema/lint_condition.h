#pragma once

// Conditions that cannot do what their author meant: parts that are never true (W100), parts that hold
// for every event or for every value that is there (W101), tests that every text passes (W102). Only
// what is provable is reported; boolean literals, and comparisons of literals alone, are taken for
// switches of the author.

#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// Conditions of the stream's own operators and steps; those of streams that it reads are theirs.
void LintStream(const TypedStream& stream, diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::sema
