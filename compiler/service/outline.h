#pragma once

// Private to compiler/service.

#include <vector>

#include "compiler/ast/program.h"
#include "compiler/service/language_service.h"

namespace varpulis::service {

// What a program declares, in the order of the text: events and types with their fields.
std::vector<DocumentSymbol> OutlineOf(const ast::Program& program,
                                      const source::SourceMap& sources);

}  // namespace varpulis::service
