#pragma once

// The places in the text that a statement points to.

#include <cstdint>
#include <functional>

#include "compiler/ast/program.h"

namespace varpulis::ast {

// Calls `visit` for each span in the statement, in the order in which its structs declare them.
void EachSpan(Statement& statement, const std::function<void(SourceSpan&)>& visit);

// The statement stands `by` bytes further back in the text now. Spans of what is not there (0 to 0)
// stay as they are.
void Shift(Statement& statement, int64_t by);

}  // namespace varpulis::ast
