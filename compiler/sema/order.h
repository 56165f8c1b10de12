#pragma once

// Which expressions must be evaluated once per event and in the order of the events, because they read
// or change what other events change: global variables that functions assign, random numbers, output.

#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// Valid once the functions are checked.
bool IsOrderedBody(const TypedProgram& program, const TypedBody& body);
bool IsOrdered(const TypedProgram& program, const TypedExpr& expr);

}  // namespace varpulis::sema
