#pragma once

// Text that is known while code is made.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jit/builder/builder.h"

namespace varpulis::jit {

// The text of a cell that is a constant of at most 12 bytes.
std::optional<std::string> ShortText(Builder& b, const Val<Cell>& cell);

// The int of short text that an event would have turned into an int: `0`, `-?[1-9][0-9]*` (D23).
std::optional<int64_t> CanonicalInt(std::string_view text);

}  // namespace varpulis::jit
