#pragma once

// Descriptions as text: programs and events.

#include <string>
#include <vector>

#include "tests/oracle/description.h"

namespace varpulis::oracle {

// The stream, with the `pattern` declaration that it reads if it has one.
std::string ProgramText(const Pattern& pattern);
// `event` declarations of all types.
std::string DeclarationText();
// `@3ms A { i: 0, x: 2 }`, or JSON lines, whose times may step back.
std::string EventText(const std::vector<Event>& events, bool json);

}  // namespace varpulis::oracle
