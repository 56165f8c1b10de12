#pragma once

// The bounds of a program's state on the command line, and what was lost at them (decision D28).

#include <CLI/CLI.hpp>

#include "runtime/exec/bounds.h"
#include "runtime/exec/engine.h"

namespace varpulis::cli {

// Flags that set `bounds`, which lives as long as the command.
void AddBounds(CLI::App& command, exec::Bounds& bounds);

// A line on standard error for each kind of loss of the stream.
void ReportLosses(const exec::StreamStatistics& stream);

}  // namespace varpulis::cli
