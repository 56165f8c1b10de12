#pragma once

// The names of a program, those that mean the same taken together.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/sema/name_table.h"
#include "compiler/service/declarations.h"
#include "compiler/source/source_map.h"

namespace varpulis::service {

struct Symbol {
  sema::NameKind kind;
  std::string name;
  ir::Type type = ir::Type::Any;
  std::vector<Declaration> declarations = {};   // none: events, fields and functions from elsewhere
  std::vector<source::SourceSpan> places = {};  // all of them, declarations included, by position
};

class SymbolIndex {
 public:
  struct Occurrence {
    source::SourceSpan span;
    uint32_t symbol;
    bool declares;
  };

  SymbolIndex() = default;
  // Of the program's own file. What stands in copies of a loop's body is taken for what the loop says;
  // imported declarations have no place.
  SymbolIndex(const ast::Program& program, const sema::NameTable& names,
              const source::SourceMap& sources);

  // The name at an offset or right before it; null if there is none.
  const Occurrence* At(uint32_t offset) const;
  const Symbol& operator[](uint32_t symbol) const { return symbols_[symbol]; }
  const std::vector<Symbol>& symbols() const { return symbols_; }
  // By position, each place once.
  const std::vector<Occurrence>& occurrences() const { return occurrences_; }

 private:
  std::vector<Symbol> symbols_;
  std::vector<Occurrence> occurrences_;
};

}  // namespace varpulis::service
