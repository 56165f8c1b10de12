#pragma once

// Checked operators as text, for `--emit=typed`. Private to compiler/sema.

#include <string>

#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// Without indentation on its first line; further lines stand below an operator two columns in.
std::string OperatorText(const TypedOperator& op);

}  // namespace varpulis::sema
