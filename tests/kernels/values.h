#pragma once

// Values of kernels as text: `5`, `2.5`, `nan`, `"text"`, `true`, `null`, `missing`; in dynamic places
// also `text 5` (an int that arrived as text), `ts 5`, `dur 5`, `[1, "a"]` and `{"a": 1}`.

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "compiler/ir/kernel_abi.h"
#include "compiler/ir/type.h"

namespace varpulis::kernels {

// Reads one value from the front of `text`. Nothing if there is none.
std::optional<abi::Cell> ReadValue(std::string_view& text, base::Arena& arena);
// The same way back.
std::string ValueText(const abi::Cell& cell);

// A value in memory, as columns, outs and slots of that type hold it.
abi::Cell LoadCell(ir::Type type, const void* at, uint8_t state);
// False if a value of that kind does not fit the type; the state is written as well.
bool StoreCell(const abi::Cell& cell, ir::Type type, void* at, uint8_t* state);

// White space at the front goes; true if `word` stood there, which goes too.
bool Accept(std::string_view& text, std::string_view word);
void SkipSpace(std::string_view& text);

}  // namespace varpulis::kernels
