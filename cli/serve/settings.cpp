#include "cli/serve/settings.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/terminal.h"

namespace varpulis::cli {
namespace {

// In the file it is one level; targets are chosen by the environment.
bool IsLevel(std::string_view text) {
  for (const std::string_view level : {"off", "error", "warn", "info", "debug", "trace"}) {
    if (text == level) return true;
  }
  return false;
}

const char* FilterFromEnvironment() {
  for (const char* name : {"RUST_LOG", "VARPULIS_LOG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return nullptr;
}

}  // namespace

Result<log::Options> LogOptions(const config::ConfigFile& file, const std::string& format) {
  log::Options options;
  std::vector<std::string> bad;
  const std::string level = file.Text("logging.level").value_or("info");
  options.filter = log::Filter::Parse(level, bad);
  if (!IsLevel(level)) {
    return Status(StatusCode::InvalidArgument,
                  fmt::format("logging.level: `{}` is no level", level));
  }
  if (const char* filter = FilterFromEnvironment()) {
    options.filter = log::Filter::Parse(filter, bad);
    for (const std::string& directive : bad)
      Say("warning: RUST_LOG: `{}` is no directive, the others hold\n", directive);
  }
  const std::string chosen = format.empty() ? file.Text("logging.format").value_or("text") : format;
  if (chosen != "text" && chosen != "json") {
    return Status(StatusCode::InvalidArgument,
                  fmt::format("logging.format: `{}` is neither text nor json", chosen));
  }
  options.json = chosen == "json";
  options.timestamps = file.Bool("logging.timestamps").value_or(true);
  options.file = file.Text("logging.file").value_or("");
  options.rotate_mb = static_cast<size_t>(file.Int("logging.rotate_mb").value_or(100));
  options.keep = static_cast<size_t>(file.Int("logging.keep").value_or(5));
  if (options.rotate_mb == 0 || options.rotate_mb > 1'000'000 || options.keep > 1'000)
    return Status(StatusCode::InvalidArgument, "logging.rotate_mb is from 1 on, keep up to 1000");
  options.colour = !options.json && options.file.empty() && UseColour(STDOUT_FILENO);
  return options;
}

std::string NotBuiltYet(const config::ConfigFile& file) {
  for (const std::string_view key : {"cluster.coordinator", "cluster.raft", "tls.ca_file"}) {
    if (file.Has(key)) return std::string(key);
  }
  return file.Bool("http_webhook.enabled").value_or(false) ? "http_webhook.enabled" : "";
}

std::vector<std::string> WithoutEffect(const config::ConfigFile& file) {
  std::vector<std::string> blocks;
  for (const std::string_view block : {"kafka", "nats", "processing.partition_by"}) {
    if (file.Has(block)) blocks.emplace_back(block);
  }
  return blocks;
}

}  // namespace varpulis::cli
