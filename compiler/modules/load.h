#pragma once

// A program with its imports (language.md 2.12).

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/file_reader.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/parse.h"

namespace varpulis::modules {

// Parses the program's own file and, depth first, the files that it imports, each once; they are added
// to `sources`. Paths are relative to the file that imports. The result has the imported statements in
// front of those of the importer, and plain names: `m.Name` is how a stream of a file imported `as m` is
// called from then on. What cannot be imported is E036, and the result is then incomplete.
ast::Program Load(source::SourceMap& sources, const source::FileReader& files,
                  diagnostics::DiagnosticEmitter& diagnostics,
                  const syntax::ParseOptions& options = {});

}  // namespace varpulis::modules
