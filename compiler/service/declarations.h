#pragma once

// The names that a program declares, with the statements that do.

#include <string>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/sema/name_table.h"
#include "compiler/source/source_map.h"

namespace varpulis::service {

struct Declaration {
  sema::NameKind kind;
  ast::Identifier name;
  source::SourceSpan statement;  // all of what declares it
  std::string owner;             // of a field: its event or stream; else empty
  std::string type;              // as VPL text; empty if none is written
  uint32_t type_end = 0;         // where it ends
};

// Those of the program's own file; what stands in copies of a loop's body has the place that it has in
// the loop. Fields, steps, keys of outputs, parameters and locals included, in the order of the text.
std::vector<Declaration> DeclarationsOf(const ast::Program& program,
                                        const source::SourceMap& sources);

}  // namespace varpulis::service
