#pragma once

// What holds for every command (operations.md 2.1): the configuration file and the form of logs.

#include <string>

#include <CLI/CLI.hpp>

#include "cli/config/config_file.h"

namespace varpulis::cli {

struct GlobalOptions {
  std::string config;      // path; empty: none
  std::string log_format;  // `text` or `json`; empty: as the file says
  std::string otel_endpoint;
  config::ConfigFile file;

  void AddTo(CLI::App& app);
  // Reads the file, whichever command it is for. kSuccess, or the exit code after saying why.
  int Load();
};

}  // namespace varpulis::cli
