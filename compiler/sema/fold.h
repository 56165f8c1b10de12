#pragma once

// Constant folding with exactly the meaning that kernels give the operators (language.md 2.13).

#include <set>

#include "compiler/sema/typed_expr.h"

namespace varpulis::sema {

// Made of literals, operators and such globals only.
bool IsConstant(const TypedExpr& expr, const std::set<uint32_t>& constants);
// The literal that the expression always is, or the expression itself. Operations that fail at run time
// (overflow, division by zero) are left as they are: there they count an error.
TypedExprPtr Fold(const TypedExprPtr& expr);

}  // namespace varpulis::sema
