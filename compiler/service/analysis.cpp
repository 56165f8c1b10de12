#include "compiler/service/analysis.h"

#include <utility>

#include "compiler/driver/compile.h"

namespace varpulis::service {

std::shared_ptr<const Analysis> Analyse(const std::string& uri, std::string text,
                                        const ServiceOptions& options,
                                        std::optional<uint32_t> place) {
  auto analysis = std::make_shared<Analysis>(
      Analysis{source::SourceFile(uri, std::move(text)), {}, {}, {}, {}, {}});
  analysis->names.place = place;
  driver::CompileOptions compile;
  compile.check_regex = options.check_regex;
  compile.names = &analysis->names;
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CheckedProgram checked = driver::Check(analysis->source, diagnostics, compile);
  analysis->program = std::move(checked.program);
  analysis->typed = std::move(checked.typed);
  analysis->diagnostics = diagnostics.Sorted();
  analysis->symbols = SymbolIndex(analysis->program, analysis->names);
  return analysis;
}

const ast::Statement* StatementAt(const ast::Program& program, uint32_t offset) {
  for (const auto& statement : program.statements) {
    if (statement->span.begin <= offset && offset <= statement->span.end) return statement.get();
  }
  return nullptr;
}

}  // namespace varpulis::service
