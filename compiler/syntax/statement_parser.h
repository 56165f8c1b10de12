#pragma once

// One statement at a time from tokens to AST.

#include <memory>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/statement_cutter.h"

namespace varpulis::syntax {

// The AST of a statement that is not broken; null after a diagnostic. Any number of threads may parse
// at the same time; each keeps a parser of its own for the next statement.
std::unique_ptr<ast::Statement> ParseStatement(const StatementText& statement,
                                               diagnostics::DiagnosticEmitter& diagnostics);

}  // namespace varpulis::syntax
