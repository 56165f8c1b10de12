#pragma once

// What is known about one text. Private to compiler/service.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/sema/name_table.h"
#include "compiler/service/language_service.h"
#include "compiler/service/symbols.h"
#include "compiler/source/source_map.h"

namespace varpulis::service {

struct Analysis {
  Analysis(std::string path, std::string text)
      : sources(std::move(path), std::move(text)), source(sources.main()) {}

  source::SourceMap sources;
  const source::SourceFile& source;  // what the editor shows
  ast::Program program;
  sema::TypedProgram typed;
  std::vector<diagnostics::Diagnostic> diagnostics;
  sema::NameTable names;
  SymbolIndex symbols;
};

// Parses and checks the text that `path` has or is to have; what is said about imported files is left out.
// With `place` the names that are visible there are in `names.visible`.
std::shared_ptr<const Analysis> Analyse(const std::string& path, std::string text,
                                        const ServiceOptions& options,
                                        std::optional<uint32_t> place = std::nullopt);

}  // namespace varpulis::service
