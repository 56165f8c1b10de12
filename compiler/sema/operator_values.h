#pragma once

// The expressions that an operator evaluates.

#include <functional>

#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// Calls visit(value) for every expression of the operator itself; what stands in the paths of a fork
// belongs to their operators.
void ForEachValue(const TypedOperator& op, const std::function<void(const TypedExprPtr&)>& visit);

}  // namespace varpulis::sema
