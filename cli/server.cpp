#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/global_options.h"
#include "cli/interval.h"
#include "cli/output.h"
#include "cli/serve/daemon.h"

namespace varpulis::cli {
namespace {

// Flags of operations.md 2.3 whose features are not there; each refuses by name, also from the
// environment.
struct Unbuilt {
  const char* flag;
  const char* environment;
  std::string value = {};
};

struct Options {
  ServerSettings settings;
  std::string cors;
  std::string idle_grace = "60";
  std::vector<Unbuilt> unbuilt = {
      {"--coordinator", "VARPULIS_COORDINATOR"},
      {"--worker-id", "VARPULIS_WORKER_ID"},
      {"--advertise-address", "VARPULIS_ADVERTISE_ADDRESS"},
      {"--nats", "VARPULIS_NATS"},
      {"--tls-ca-cert", "VARPULIS_TLS_CA_CERT"},
      {"--tls-client-cert", "VARPULIS_TLS_CLIENT_CERT"},
      {"--tls-client-key", "VARPULIS_TLS_CLIENT_KEY"},
      {"--coordinator-api-key", "VARPULIS_COORDINATOR_API_KEY"},
  };
  CLI::App* command = nullptr;
};

constexpr int64_t kMostGraceSeconds = 1'000'000'000;

bool IsGiven(const Options& options, const char* flag) {
  const CLI::Option* option = options.command->get_option(flag);
  return option->count() > 0 && !(option->results().size() == 1 && option->results()[0].empty());
}

std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(part.size() + 1, list.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

// A key of the file holds where its flag was not given.
void ApplyFile(const config::ConfigFile& file, const Options& options, ServerSettings& settings) {
  const auto number = [&](const char* flag, const char* key, auto& value) {
    if (const auto configured = file.Int(key); configured && !IsGiven(options, flag))
      value = static_cast<std::remove_reference_t<decltype(value)>>(*configured);
  };
  const auto text = [&](const char* flag, const char* key, std::string& value) {
    if (const auto configured = file.Text(key); configured && !IsGiven(options, flag))
      value = *configured;
  };
  number("--port", "server.port", settings.port);
  number("--metrics-port", "server.metrics_port", settings.metrics_port);
  number("--rate-limit", "server.rate_limit", settings.rate_limit);
  number("--max-queue-depth", "server.max_queue_depth", settings.max_queue_depth);
  text("--bind", "server.bind", settings.bind);
  text("--workdir", "server.workdir", settings.workdir);
  text("--api-key", "auth.api_key", settings.api_key);
  text("--tls-cert", "tls.cert_file", settings.tls_cert);
  text("--tls-key", "tls.key_file", settings.tls_key);
  if (!IsGiven(options, "--metrics"))
    settings.metrics = file.Bool("server.metrics_enabled").value_or(settings.metrics);
  if (!IsGiven(options, "--cors-origins")) {
    for (const std::string& origin :
         file.Texts("server.cors_origins").value_or(std::vector<std::string>())) {
      for (std::string& part : Split(origin)) settings.cors_origins.push_back(std::move(part));
    }
  }
  settings.workers =
      static_cast<unsigned>(std::min<int64_t>(file.Int("processing.workers").value_or(0), 256));
  settings.query_file = file.Text("query_file").value_or("");
  text("--state-dir", "server.state_dir", settings.state_dir);
  number("--checkpoint-interval", "checkpoint.interval_secs", settings.checkpoint_interval_s);
  settings.kept_checkpoints = static_cast<size_t>(
      file.Int("checkpoint.retain").value_or(static_cast<int64_t>(limits::kKeptCheckpoints)));
  settings.max_journal_mb = static_cast<uint64_t>(file.Int("journal.max_mb").value_or(4096));
  settings.breaker.failure_threshold = static_cast<uint32_t>(
      file.Int("circuit_breaker.failure_threshold").value_or(settings.breaker.failure_threshold));
  if (const auto seconds = file.Int("circuit_breaker.reset_timeout_secs"))
    settings.breaker.reset_timeout = *seconds * kNsPerSecond;
  settings.dlq.path = file.Text("dlq.path").value_or("");
  settings.dlq.max_bytes = static_cast<uint64_t>(file.Int("dlq.max_mb").value_or(256)) << 20;
  settings.dlq.keep = static_cast<unsigned>(file.Int("dlq.keep").value_or(5));
}

// What cannot work, said; kSuccess if nothing is wrong.
int Refuse(const Options& options, const GlobalOptions& global, const ServerSettings& settings) {
  for (const Unbuilt& unbuilt : options.unbuilt) {
    if (unbuilt.value.empty()) continue;
    Say("{} ({}): not built yet\n", unbuilt.flag, unbuilt.environment);
    return kConfigError;
  }
  if (const std::string key = NotBuiltYet(global.file); !key.empty()) {
    Say("{}: {}: not built yet\n", global.config, key);
    return kConfigError;
  }
  for (const char* key : {"server.port", "server.metrics_port"}) {
    if (global.file.Int(key).value_or(0) <= 65'535) continue;
    Say("{}: {}: a port is at most 65535\n", global.config, key);
    return kConfigError;
  }
  if (settings.kept_checkpoints < 1 || settings.max_journal_mb < 1) {
    Say("{}: checkpoint.retain and journal.max_mb are at least 1\n", global.config);
    return kConfigError;
  }
  for (const auto& [key, most] :
       {std::pair<const char*, int64_t>{"circuit_breaker.failure_threshold", 1'000'000},
        {"circuit_breaker.reset_timeout_secs", 86'400},
        {"dlq.max_mb", 1'000'000},
        {"dlq.keep", 1'000}}) {
    const int64_t value = global.file.Int(key).value_or(1);
    if (value >= 1 && value <= most) continue;
    Say("{}: {}: it is from 1 to {}\n", global.config, key, most);
    return kConfigError;
  }
  if (settings.tls_cert.empty() != settings.tls_key.empty()) {
    Say("--tls-cert and --tls-key are given both or not at all\n");
    return kConfigError;
  }
  if (settings.metrics && settings.port != 0 && settings.port == settings.metrics_port) {
    Say("--port and --metrics-port are both {}\n", settings.port);
    return kConfigError;
  }
  return kSuccess;
}

std::optional<Reloaded> ReadAgain(const Options& options, const GlobalOptions& global) {
  if (global.config.empty()) return std::nullopt;
  const Result<config::ConfigFile> file = config::ConfigFile::Load(global.config);
  if (!file.ok()) {
    Say("{}\n", file.status().message());
    return std::nullopt;
  }
  Result<log::Options> log_options = LogOptions(file.value(), global.log_format);
  if (!log_options.ok()) {
    Say("{}: {}\n", global.config, log_options.status().message());
    return std::nullopt;
  }
  ServerSettings settings = options.settings;
  ApplyFile(file.value(), options, settings);
  return Reloaded{*log_options, settings.rate_limit};
}

int Serve(const Options& options, const GlobalOptions& global) {
  ServerSettings settings = options.settings;
  settings.cors_origins = Split(options.cors);
  ApplyFile(global.file, options, settings);
  settings.idle_grace = *ParseInterval(options.idle_grace);
  if (const auto grace = global.file.Int("processing.idle_grace");
      grace && !IsGiven(options, "--idle-grace"))
    settings.idle_grace = std::min<int64_t>(*grace, kMostGraceSeconds) * kNsPerSecond;
  if (settings.bind.empty()) settings.bind = "127.0.0.1";
  if (settings.workdir.empty()) settings.workdir = std::filesystem::current_path().string();
  if (settings.dlq.path.empty())
    settings.dlq.path = (std::filesystem::path(settings.workdir) / "varpulis-dlq.jsonl").string();
  if (settings.workers == 0) settings.workers = std::thread::hardware_concurrency();
  if (const int code = Refuse(options, global, settings); code != kSuccess) return code;
  Result<log::Options> log_options = LogOptions(global.file, global.log_format);
  if (!log_options.ok()) {
    Say("{}: {}\n", global.config, log_options.status().message());
    return kConfigError;
  }
  for (const std::string& block : WithoutEffect(global.file))
    Say("warning: {}: {} has no effect in this build\n", global.config, block);
  return ServeUntilStopped(settings, *log_options,
                           [&options, &global] { return ReadAgain(options, global); });
}

void AddFlags(CLI::App& command, Options& options) {
  ServerSettings& settings = options.settings;
  command.add_option("-p,--port", settings.port, "API port; 0 lets the system choose");
  command.add_option("--bind", settings.bind, "IP address to listen on; `::` is IPv4 and IPv6");
  command.add_flag("--metrics", settings.metrics, "Serve Prometheus metrics");
  command.add_option("--metrics-port", settings.metrics_port, "... on this port");
  command.add_option("--api-key", settings.api_key, "Key of the admin and of the default tenant")
      ->envname("VARPULIS_API_KEY");
  command.add_option("--rate-limit", settings.rate_limit, "Requests/s per client; 0 is off")
      ->envname("VARPULIS_RATE_LIMIT");
  command.add_option("--workdir", settings.workdir, "Folder that programs may import from");
  command.add_option("--tls-cert", settings.tls_cert, "Certificate chain, PEM")
      ->envname("VARPULIS_TLS_CERT");
  command.add_option("--tls-key", settings.tls_key, "Private key, PEM")
      ->envname("VARPULIS_TLS_KEY");
  command
      .add_option("--cors-origins", options.cors,
                  "Origins of pages that may call, separated by commas; default loopback")
      ->envname("VARPULIS_CORS_ORIGINS");
  command
      .add_option("--max-queue-depth", settings.max_queue_depth,
                  "Events that may wait for a pipeline; 0 is any number")
      ->envname("VARPULIS_MAX_QUEUE_DEPTH");
  command
      .add_option("--state-dir", settings.state_dir,
                  "Where pipelines, their state and tenants outlive the process")
      ->envname("VARPULIS_STATE_DIR")
      ->type_name("DIR");
  command
      .add_option(
          "--checkpoint-interval", settings.checkpoint_interval_s,
          "Seconds between checkpoints of a pipeline; 0 takes them only when the journal grows")
      ->envname("VARPULIS_CHECKPOINT_INTERVAL")
      ->check(CLI::Range(0.0, 86'400.0))
      ->type_name("SECONDS");
  command
      .add_option("--jit-opt", settings.jit_opt, "Native code: 0, 1 quickly compiled; 2, 3 fast")
      ->envname("VARPULIS_JIT_OPT")
      ->check(CLI::Range(0, 3));
  command
      .add_option("--idle-grace", options.idle_grace,
                  "Seconds, or a duration: types silent for longer age with the clock; 0 is off")
      ->envname("VARPULIS_IDLE_GRACE")
      ->check([](const std::string& text) {
        return ParseInterval(text) ? std::string() : "`" + text + "` is no number of seconds";
      });
  for (Unbuilt& unbuilt : options.unbuilt) {
    command.add_option(unbuilt.flag, unbuilt.value, "Not built yet")
        ->envname(unbuilt.environment)
        ->group("");
  }
}

}  // namespace

void AddServer(CLI::App& app, Run& run, const GlobalOptions& global) {
  auto options = std::make_shared<Options>();
  options->command = app.add_subcommand("server", "Host programs over HTTP");
  options->command->footer("Example: varpulis server --port 9000 --metrics --api-key \"$KEY\"");
  AddFlags(*options->command, *options);
  options->command->callback(
      [options, &run, &global] { run = [options, &global] { return Serve(*options, global); }; });
}

}  // namespace varpulis::cli
