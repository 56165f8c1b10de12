#pragma once

// Constant folding with exactly the meaning that kernels give the operators (language.md 2.13).

#include "compiler/sema/typed_expr.h"

namespace varpulis::sema {

// Made of literals and operators only.
bool IsConstant(const TypedExpr& expr);
// The literal that the expression always is, or the expression itself. Operations that fail at run time
// (overflow, division by zero) are left as they are: there they count an error.
TypedExprPtr Fold(const TypedExprPtr& expr);

}  // namespace varpulis::sema
