#pragma once

// One file of a program. Private to compiler/modules.

#include <string>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/source/source_map.h"

namespace varpulis::modules {

struct Import {
  size_t module = 0;  // index into Modules
  std::string alias;  // empty: its names merge into those of the importer
};

struct Module {
  const source::SourceFile* file = nullptr;
  ast::Program program;
  std::vector<Import> imports;
  // What is put in front of the names that it declares: `m.`; empty if it is merged into the program.
  std::string prefix;
};

// The program's own file is the first.
using Modules = std::vector<Module>;

}  // namespace varpulis::modules
