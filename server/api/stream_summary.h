#pragma once

// What a stream reads and does, in the words of the language (operations.md 4.6).

#include <string>
#include <vector>

#include "compiler/ir/plan.h"

namespace varpulis::api {

// Event types and streams, separated by commas.
std::string SourceText(const ir::Plan& plan, const ir::StreamPlan& stream);
// `pattern`, `where`, `emit` ..., in order.
std::vector<std::string> OperationNames(const ir::StreamPlan& stream);

}  // namespace varpulis::api
