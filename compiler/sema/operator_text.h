#pragma once

// Checked operators as text, for `--emit=typed`. Private to compiler/sema.

#include <string>
#include <vector>

#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

// What a connector's parameters are set to, as in the program; secrets are not shown.
std::string ParameterText(const TypedProgram& program, uint32_t connector,
                          const std::vector<ir::ConfigItem>& parameters);
// Without indentation on its first line; further lines stand below an operator two columns in.
std::string OperatorText(const TypedProgram& program, const TypedOperator& op);

}  // namespace varpulis::sema
