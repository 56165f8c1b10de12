#pragma once

// AST to TypedProgram: names, types, schemas, legality.

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/sema/name_table.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// Checks the whole program and reports every mistake it finds; the result is meaningful only if
// `diagnostics` has no error afterwards. A construct of the language that this build cannot lower is
// E090 and names itself. `check_regex` says what is wrong with a regular expression (empty: nothing),
// `has_driver` whether connectors of a kind can be served (null: none can).
struct CheckOptions {
  std::string (*check_regex)(std::string_view pattern, size_t* position) = nullptr;
  bool (*has_driver)(std::string_view connector_kind) = nullptr;
  // Filled if there is one; what is found out about names is otherwise forgotten.
  NameTable* names = nullptr;
  // Threads that check regular expressions, this one included; check_regex is called from all.
  unsigned threads = 1;
};
TypedProgram Check(const ast::Program& program, diagnostics::DiagnosticEmitter& diagnostics,
                   const CheckOptions& options);

}  // namespace varpulis::sema
