#include "compiler/service/outline.h"

#include <algorithm>
#include <utility>

#include "compiler/service/declarations.h"

namespace varpulis::service {
namespace {

using sema::NameKind;

bool IsTopLevel(NameKind kind) {
  return kind != NameKind::Field && kind != NameKind::Alias && kind != NameKind::Parameter;
}

}  // namespace

std::vector<DocumentSymbol> OutlineOf(const ast::Program& program,
                                      const source::SourceMap& sources) {
  std::vector<DocumentSymbol> symbols;
  uint32_t end = 0;  // of the statement of the last symbol
  for (Declaration& declaration : DeclarationsOf(program, sources)) {
    const source::SourceSpan span = declaration.name.span;
    const bool inside = span.begin < end;
    if (IsTopLevel(declaration.kind) && !inside) {
      end = declaration.statement.end;
      symbols.push_back({declaration.name.name,
                         declaration.kind,
                         std::move(declaration.type),
                         declaration.statement,
                         span,
                         {}});
      continue;
    }
    // Fields of events and types; what streams output is found there as well.
    if (declaration.kind != NameKind::Field || symbols.empty()) continue;
    DocumentSymbol& owner = symbols.back();
    if (owner.kind == NameKind::Event || owner.kind == NameKind::Type) {
      const source::SourceSpan field{span.begin, std::max(span.end, declaration.type_end)};
      owner.children.push_back(
          {declaration.name.name, declaration.kind, std::move(declaration.type), field, span, {}});
    }
  }
  return symbols;
}

}  // namespace varpulis::service
