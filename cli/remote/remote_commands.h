#pragma once

// The client commands, each in a file of its name.

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace varpulis::remote {

void AddDeploy(CLI::App& app, cli::Run& run);
void AddPipelines(CLI::App& app, cli::Run& run);
void AddUndeploy(CLI::App& app, cli::Run& run);
void AddStatus(CLI::App& app, cli::Run& run);
void AddLogs(CLI::App& app, cli::Run& run);
void AddInject(CLI::App& app, cli::Run& run);
void AddReload(CLI::App& app, cli::Run& run);
void AddCheckpoint(CLI::App& app, cli::Run& run);
void AddRestore(CLI::App& app, cli::Run& run);
void AddDlq(CLI::App& app, cli::Run& run);
void AddInit(CLI::App& app, cli::Run& run);

}  // namespace varpulis::remote
