#pragma once

// What a replay says of the contexts that a program runs in.

#include "compiler/ir/plan.h"

namespace varpulis::cli {

// Warnings on standard error: cores that there are not, streams that run elsewhere than they ask for, and W090 if
// nothing runs in its context.
void AnnounceContexts(const ir::Plan& plan);

}  // namespace varpulis::cli
