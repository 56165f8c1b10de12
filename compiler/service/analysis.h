#pragma once

// What is known about one text. Private to compiler/service.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/sema/name_table.h"
#include "compiler/service/language_service.h"
#include "compiler/service/symbols.h"
#include "compiler/source/source_file.h"

namespace varpulis::service {

struct Analysis {
  source::SourceFile source;
  ast::Program program;
  sema::TypedProgram typed;
  std::vector<diagnostics::Diagnostic> diagnostics;
  sema::NameTable names;
  SymbolIndex symbols;
};

// Parses and checks the text. With `place` the names that are visible there are in `names.visible`.
std::shared_ptr<const Analysis> Analyse(const std::string& uri, std::string text,
                                        const ServiceOptions& options,
                                        std::optional<uint32_t> place = std::nullopt);

// The statement at an offset; null between statements.
const ast::Statement* StatementAt(const ast::Program& program, uint32_t offset);

}  // namespace varpulis::service
