#pragma once

// Text operations that instructions and builtins share.

#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::kernel {

enum class Case { Lower, Upper };
// Full Unicode mapping, root locale. `text` itself when nothing changes.
abi::VplString MapCase(abi::KernelContext& context, const abi::VplString& text, Case target);

}  // namespace varpulis::kernel
