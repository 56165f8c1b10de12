#include "cli/global_options.h"

#include <utility>

#include "cli/commands.h"
#include "cli/output.h"

namespace varpulis::cli {

void GlobalOptions::AddTo(CLI::App& app) {
  app.add_option("-c,--config", config, "Configuration file, YAML or TOML")
      ->envname("VARPULIS_CONFIG");
  app.add_option("--log-format", log_format, "text or json")
      ->envname("VARPULIS_LOG_FORMAT")
      ->check(CLI::IsMember({"", "text", "json"}));
  app.add_option("--otel-endpoint", otel_endpoint, "Not built yet")->group("");
}

int GlobalOptions::Load() {
  if (!otel_endpoint.empty()) {
    Say("--otel-endpoint: traces are not built yet\n");
    return kConfigError;
  }
  if (config.empty()) return kSuccess;
  Result<config::ConfigFile> loaded = config::ConfigFile::Load(config);
  if (!loaded.ok()) {
    Say("{}\n", loaded.status().message());
    return loaded.status().code() == StatusCode::NotFound ? kUsageError : kConfigError;
  }
  file = std::move(*loaded);
  for (const std::string& warning : file.warnings()) Say("warning: {}: {}\n", config, warning);
  return kSuccess;
}

}  // namespace varpulis::cli
