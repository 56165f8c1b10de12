#pragma once

// Text operations that instructions and builtins share.

#include <string_view>

#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::kernel {

bool Contains(std::string_view text, std::string_view part);

enum class Case { Lower, Upper };
// Full Unicode mapping, root locale. `text` itself when nothing changes.
abi::VplString MapCase(abi::KernelContext& context, const abi::VplString& text, Case target);

}  // namespace varpulis::kernel
