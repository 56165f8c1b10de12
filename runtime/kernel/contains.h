#pragma once

// Whether a text contains another, byte for byte; an empty part is in every text.

#include <string_view>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::kernel {

bool Contains(std::string_view text, std::string_view part);

// The same. Of a text in its native form, as columns hold it, lengths up to 32 bytes take no branch
// that depends on the text: in a column they are as good as random.
bool Contains(const abi::VplString& text, std::string_view part);

}  // namespace varpulis::kernel
