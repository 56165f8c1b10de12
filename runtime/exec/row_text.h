#pragma once

// A row as one JSON object, for people.

#include <string>
#include <vector>

#include "runtime/row/table.h"

namespace varpulis::exec {

// What is known of the row: the event, or the fields that the program reads of it.
std::string RowText(const row::RowTable& rows, uint32_t row);
// The columns under `keys` (ir::EmitOperator).
std::string RowText(const std::vector<std::string>& keys, const row::RowTable& rows, uint32_t row);

}  // namespace varpulis::exec
