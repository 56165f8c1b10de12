#pragma once

// What an engine remembers as JSON, for people (operations.md 6.4): the members `sase_states` and `variables` of a
// checkpoint. Nobody reads it back.

#include <string>

#include "runtime/exec/engine.h"

namespace varpulis::host {

// Of each stream the first 1,000 runs; `truncated` says that there are more.
std::string ViewOf(const ir::Plan& plan, exec::Engine& engine);

}  // namespace varpulis::host
