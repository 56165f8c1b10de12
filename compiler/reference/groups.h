#pragma once

// The groups, one file each. Private to this folder; reference.h is the door.

#include "compiler/reference/entry.h"

namespace varpulis::reference {

Group Numbers();
Group Texts();
Group Collections();
Group Values();
Group Times();
Group Aggregates();
Group Rows();
Group Windows();
Group Patterns();
Group Outputs();
Group Flow();
Group Sources();

}  // namespace varpulis::reference
