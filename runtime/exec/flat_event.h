#pragma once

// Rows that leave the program, as text (language.md 10.3).

#include <string>
#include <vector>

#include <absl/functional/function_ref.h>

#include "runtime/row/table.h"

namespace varpulis::exec {

using OutputVisitor = absl::FunctionRef<void(const std::string& name, const abi::Cell& value)>;
// The fields that the row has under `keys` (ir::EmitOperator), in order.
void VisitOutput(const std::vector<std::string>& keys, const row::RowTable& rows, uint32_t row,
                 OutputVisitor visit);

// Appends one flat JSON object and a line break: the columns of the row under `keys` (ir::EmitOperator), with the event
// type of its table.
void AppendFlatEvent(std::string& out, const std::vector<std::string>& keys,
                     const row::RowTable& rows, uint32_t row);

}  // namespace varpulis::exec
