#pragma once

// A server from start to end.

#include <functional>

#include "cli/config/config_file.h"
#include "cli/serve/settings.h"

namespace varpulis::cli {

// What is read again on SIGHUP; nothing: it cannot be read, and all stays as it was.
struct Reloaded {
  log::Options log;
  uint64_t rate_limit;
};
using ReadAgain = std::function<std::optional<Reloaded>()>;

// Serves until it is asked to stop. The exit code.
int ServeUntilStopped(const ServerSettings& settings, const log::Options& log_options,
                      const ReadAgain& read_again);

}  // namespace varpulis::cli
