#include "cli/serve/daemon.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "server/api/api_server.h"
#include "server/http/http_server.h"

namespace varpulis::cli {
namespace {

const log::Target kLog("varpulis_cli");

constexpr int kFinishSeconds = 30;
constexpr int64_t kIdleNs = 30 * kNsPerSecond;
constexpr int64_t kSaveNs = 30 * kNsPerSecond;
constexpr DurationNs kSinkNs = 5 * kNsPerSecond;  // operations.md 6.2

// Connections are descriptors, and the usual limit is 1,024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

std::string UrlOf(const ServerSettings& settings, uint16_t port,
                  std::string_view protocol = "http") {
  const bool is_v6 = settings.bind.find(':') != std::string::npos;
  return fmt::format("{}{}://{}:{}", protocol, settings.tls_cert.empty() ? "" : "s",
                     is_v6 ? "[" + settings.bind + "]" : settings.bind, port);
}

bool IsLoopback(const std::string& bind) { return bind.starts_with("127.") || bind == "::1"; }

// Everything that a server consists of; members are destroyed from the last to the first.
class Daemon {
 public:
  // `store`: null if nothing is to be kept.
  Daemon(const ServerSettings& settings, std::optional<host::ImportRoot> imports,
         std::unique_ptr<store::Store> store)
      : settings_(settings),
        store_(std::move(store)),
        tenants_(settings.api_key.empty() ? std::nullopt : std::optional(settings.api_key)),
        limiter_(settings.rate_limit),
        dead_letters_(settings.dlq),
        host_({.threads = settings.workers,
               .max_queue_depth = settings.max_queue_depth,
               .jit_level = settings.jit_opt,
               .imports = std::move(imports),
               .clock = {},
               .idle_grace = settings.idle_grace,
               .engine = VPL_VERSION,
               .store = store_.get(),
               .checkpoint_interval_ns =
                   static_cast<int64_t>(settings.checkpoint_interval_s * kNsPerSecond),
               .connectors = {.breaker = settings.breaker,
                              .folder = settings.workdir,
                              .dead_letters = &dead_letters_}}),
        dead_letter_service_(dead_letters_, host_),
        context_{host_,         dead_letter_service_,
                 tenants_,      limiter_,
                 http_metrics_, api::CorsPolicy(settings.cors_origins),
                 VPL_VERSION,   host::HostClock().steady_ns(),
                 is_stopping_},
        routes_(api::MakeRoutes(context_)),
        metrics_routes_(api::MakeMetricsRoutes(context_)) {}
  ~Daemon();

  // What an earlier process has left; kSuccess, or the exit code after saying why.
  int Recover();
  int Listen();
  void DeployQueryFile();
  void ShowBanner(bool on_standard_error) const;
  // False: requests or pipelines are still at work, which cannot be interrupted.
  bool Stop();
  void set_rate_limit(uint64_t rate) { limiter_.set_rate(rate); }

 private:
  int ListenOn(std::unique_ptr<http::HttpServer>& server, uint16_t port, const char* flag,
               http::Service service, unsigned threads);

  const ServerSettings& settings_;
  std::unique_ptr<store::Store> store_;
  std::atomic<bool> is_stopping_{false};
  auth::TenantRegistry tenants_;
  auth::RateLimiter limiter_;
  metrics::HttpMetrics http_metrics_;
  // Before the host, whose threads hold the replies to requests until they have ended.
  std::unique_ptr<http::HttpServer> server_;
  std::unique_ptr<http::HttpServer> metrics_server_;
  connectors::DeadLetters dead_letters_;
  host::PipelineHost host_;
  host::DeadLetterService dead_letter_service_;
  api::Context context_;
  http::Router routes_;
  http::Router metrics_routes_;
};

// Nothing is served from here on, which needs the members behind the servers.
Daemon::~Daemon() {
  for (http::HttpServer* server : {server_.get(), metrics_server_.get()}) {
    if (server != nullptr) (void)server->Stop(0);
  }
}

int Daemon::ListenOn(std::unique_ptr<http::HttpServer>& server, uint16_t port, const char* flag,
                     http::Service service, unsigned threads) {
  auto started = http::HttpServer::Start({.bind = settings_.bind,
                                          .port = port,
                                          .threads = threads,
                                          .tls_certificate = settings_.tls_cert,
                                          .tls_key = settings_.tls_key},
                                         std::move(service));
  if (!started.ok()) {
    const bool is_setting = started.status().code() == StatusCode::InvalidArgument;
    Say("{}{}\n", started.status().message(),
        is_setting ? std::string() : fmt::format("; {} chooses another port", flag));
    return is_setting ? kConfigError : kRuntimeError;
  }
  server = std::move(*started);
  return kSuccess;
}

int Daemon::Recover() {
  if (!store_) return kSuccess;
  const Result<std::vector<auth::TenantRecord>> tenants = store_->Tenants();
  Status status = tenants.status();
  if (status.ok()) tenants_.Load(tenants.value());
  // Its key is the one of this start.
  if (status.ok()) status = store_->Save(tenants_.default_tenant()->record());
  if (status.ok()) status = host_.Recover(tenants_);
  if (status.ok()) return kSuccess;
  Say("--state-dir: {}: {}\n", settings_.state_dir, status.message());
  return kRuntimeError;
}

int Daemon::Listen() {
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
  int code =
      ListenOn(server_, settings_.port, "--port", api::MakeService(context_, routes_), threads);
  if (code == kSuccess && settings_.metrics) {
    code = ListenOn(metrics_server_, settings_.metrics_port, "--metrics-port",
                    api::MakeMetricsService(context_, metrics_routes_), 1);
  }
  return code;
}

void Daemon::ShowBanner(bool on_standard_error) const {
  const std::string url = UrlOf(settings_, server_->port());
  std::string text = fmt::format("Varpulis {} listening on {}\n", VPL_VERSION, url);
  text += fmt::format("WebSocket: {}/ws\n", UrlOf(settings_, server_->port(), "ws"));
  text += fmt::format("REST API: {}/api/v1\n", url);
  text += fmt::format("Work directory: {}\n", settings_.workdir);
  text += fmt::format("TLS: {}\n", settings_.tls_cert.empty() ? "off" : "on");
  text += fmt::format("Auth: {}\n", settings_.api_key.empty() ? "off" : "on");
  text += settings_.rate_limit == 0
              ? std::string("Rate limit: off\n")
              : fmt::format("Rate limit: {} requests/s per client\n", settings_.rate_limit);
  text += fmt::format("State: {}\n", store_ ? settings_.state_dir : "in-memory");
  if (metrics_server_) {
    text += fmt::format("Metrics: {}/metrics\n", UrlOf(settings_, metrics_server_->port()));
  }
  // Nobody need read it.
  (void)!::write(on_standard_error ? STDERR_FILENO : STDOUT_FILENO, text.data(), text.size());
  VPL_LOG(kLog, Info, "Server listening", {"address", url}, {"version", VPL_VERSION});
  if (settings_.api_key.empty()) {
    if (!IsLoopback(settings_.bind))
      VPL_LOG(kLog, Warn, "Open mode on a public address: everybody may deploy programs",
              {"bind", settings_.bind});
  } else {
    VPL_LOG(kLog, Info, "Tenant created", {"tenant_id", auth::kDefaultTenant});
  }
}

// A program that is there already, from an earlier start, goes on, with the text that the file has now. One that
// cannot be deployed does not keep the server from starting.
void Daemon::DeployQueryFile() {
  if (settings_.query_file.empty()) return;
  std::ifstream in(settings_.query_file, std::ios::binary);
  std::string source((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) {
    VPL_LOG(kLog, Warn, "The query file cannot be read", {"query_file", settings_.query_file});
    return;
  }
  const std::string name = std::filesystem::path(settings_.query_file).stem().string();
  const auto report = [file = settings_.query_file](const std::string& error) {
    VPL_LOG(kLog, Error, "The query file cannot be deployed", {"query_file", file},
            {"error", error});
  };
  const auto reload = [this, source, report](const std::shared_ptr<host::Pipeline>& pipeline) {
    if (pipeline->program()->source == source) return;
    const bool reloading =
        host_.Reload(pipeline, source, [report](const host::ChangeResult& result) {
          if (result.verdict != host::ChangeVerdict::Done) report(result.message);
        });
    if (!reloading) report("too many programs wait for being compiled");
  };
  const bool posted = host_.Deploy({tenants_.default_tenant(), name, source, "query_file:" + name},
                                   [report, reload](const host::DeployOutcome& outcome) {
                                     if (!outcome.pipeline) return report(outcome.message);
                                     if (outcome.verdict == host::DeployVerdict::AlreadyDeployed)
                                       reload(outcome.pipeline);
                                   });
  VPL_CHECK(posted, "nothing waits when a server starts");
}

bool Daemon::Stop() {
  is_stopping_ = true;
  VPL_LOG(kLog, Info, "Shutting down");
  host_.StopSources();
  const bool answered = server_->Stop(kFinishSeconds);
  if (!answered) VPL_LOG(kLog, Warn, "Requests are still under way");
  const bool is_idle = host_.WaitUntilIdle(kIdleNs);
  if (!is_idle) VPL_LOG(kLog, Warn, "Pipelines are still at work");
  host_.FinishSinks(kSinkNs);
  if (!host_.SaveAll(kSaveNs))
    VPL_LOG(kLog, Warn, "Not all pipelines have a last checkpoint: their journal will be replayed");
  const bool scraped = !metrics_server_ || metrics_server_->Stop(1);
  VPL_LOG(kLog, Info, "Shutdown complete");
  return answered && is_idle && scraped;
}

// Null without a state directory; kSuccess, or the exit code after saying why.
int OpenStore(const ServerSettings& settings, std::unique_ptr<store::Store>& store) {
  if (settings.state_dir.empty()) return kSuccess;
  auto opened = store::Store::Open({.folder = settings.state_dir,
                                    .engine = VPL_VERSION,
                                    .max_journal_bytes = settings.max_journal_mb << 20,
                                    .kept_checkpoints = settings.kept_checkpoints});
  if (opened.ok()) {
    store = std::move(*opened);
    return kSuccess;
  }
  Say("--state-dir: {}\n", opened.status().message());
  switch (opened.status().code()) {
    case StatusCode::InvalidArgument:
      return kConfigError;
    case StatusCode::NotFound:
      return kUsageError;
    default:
      return kRuntimeError;
  }
}

}  // namespace

int ServeUntilStopped(const ServerSettings& settings, const log::Options& log_options,
                      const ReadAgain& read_again) {
  Signals signals(Signals::Hangup::Reported);
  RaiseDescriptorLimit();
  if (Status started = log::StartLog(log_options); !started.ok()) {
    Say("logging.file: {}\n", started.message());
    return kConfigError;
  }
  Result<host::ImportRoot> imports = host::ImportRoot::Open(settings.workdir);
  if (!imports.ok()) {
    Say("--workdir: {}\n", imports.status().message());
    return kConfigError;
  }
  std::unique_ptr<store::Store> store;
  if (const int code = OpenStore(settings, store); code != kSuccess) return code;
  Daemon daemon(settings, std::move(*imports), std::move(store));
  if (const int code = daemon.Recover(); code != kSuccess) return code;
  if (const int code = daemon.Listen(); code != kSuccess) return code;
  signals.Start([&] {
    const std::optional<Reloaded> reloaded = read_again();
    if (!reloaded) return;
    daemon.set_rate_limit(reloaded->rate_limit);
    if (Status status = log::StartLog(reloaded->log); !status.ok())
      VPL_LOG(kLog, Error, "The log cannot be reopened", {"error", status.message()});
    VPL_LOG(kLog, Info, "Configuration read again", {"rate_limit", reloaded->rate_limit});
  });
  daemon.ShowBanner(log_options.json && log_options.file.empty());
  daemon.DeployQueryFile();
  signals.WaitForStop();
  if (!daemon.Stop()) std::_Exit(kSuccess);
  return kSuccess;
}

}  // namespace varpulis::cli
