#pragma once

// Several files to one program. Private to compiler/modules.

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/modules/module.h"

namespace varpulis::modules {

// Statements of imports stand in front of their importer's, and every name is the one that it has in
// the program. An event that files with a prefix declare alike is declared once.
ast::Program Merge(Modules modules, diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::modules
