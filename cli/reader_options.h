#pragma once

// How event files are read, on the command line.

#include <CLI/CLI.hpp>

#include "runtime/io/event_reader.h"

namespace varpulis::cli {

// Flags that set `options`, which lives as long as the command.
void AddReaderOptions(CLI::App& command, io::ReaderOptions& options);

}  // namespace varpulis::cli
