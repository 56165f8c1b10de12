#pragma once

// Whether all modes say what the interpreter says.

#include <map>
#include <string>
#include <string_view>

#include "tests/replay/replay.h"

namespace varpulis::testing {

// What the modes say otherwise than the interpreter, errors counted included; empty if nothing.
// `excluded` maps modes that are left out to the reason.
std::string Disagreements(const ReplayProgram& program, const std::string& events,
                          const ReplayResult& oracle,
                          const std::map<std::string, std::string>& excluded = {});

}  // namespace varpulis::testing
