#include "compiler/service/analysis.h"

#include <utility>

#include "compiler/driver/compile.h"

namespace varpulis::service {

std::shared_ptr<const Analysis> Analyse(const std::string& path, std::string text,
                                        const ServiceOptions& options,
                                        std::optional<uint32_t> place) {
  auto analysis = std::make_shared<Analysis>(path, std::move(text));
  analysis->names.place = place;
  driver::CompileOptions compile;
  compile.check_regex = options.check_regex;
  compile.has_driver = options.has_driver;
  compile.files = options.files;
  compile.names = &analysis->names;
  diagnostics::DiagnosticEmitter diagnostics;
  driver::CheckedProgram checked = driver::Check(analysis->sources, diagnostics, compile);
  analysis->program = std::move(checked.program);
  analysis->typed = std::move(checked.typed);
  const auto is_elsewhere = [&](const auto& place) {
    return place.span.end > analysis->source.end();
  };
  for (diagnostics::Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (is_elsewhere(diagnostic)) continue;
    std::erase_if(diagnostic.related, is_elsewhere);
    analysis->diagnostics.push_back(std::move(diagnostic));
  }
  analysis->symbols = SymbolIndex(analysis->program, analysis->names, analysis->sources);
  return analysis;
}

}  // namespace varpulis::service
