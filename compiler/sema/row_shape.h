#pragma once

// Shapes of rows that come from several places. Private to compiler/sema.

#include <string>
#include <vector>

#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// What is known of a row that has one of the shapes: a field that they carry with one type keeps it,
// others are dynamic.
RowShape MergeShapes(const std::vector<const RowShape*>& shapes, const std::string& name);

}  // namespace varpulis::sema
