#pragma once

// The bounds of each pattern's runs on the command line, and what was lost at them (decision D28).

#include <string_view>

#include <CLI/CLI.hpp>

#include "runtime/pattern/pattern_state.h"
#include "runtime/pattern/run_bounds.h"

namespace varpulis::cli {

// Flags that set `bounds`, which lives as long as the command.
void AddRunBounds(CLI::App& command, pattern::RunBounds& bounds);

// A line on standard error for each kind of loss of the stream's pattern.
void ReportLosses(std::string_view stream, const pattern::PatternCounters& pattern);

}  // namespace varpulis::cli
