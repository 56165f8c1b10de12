#include <utility>

#include "server/api/answers.h"
#include "server/api/resources.h"

namespace varpulis::api {
namespace {

void Health(Context& context, const http::Reply& reply) {
  const auto up = static_cast<double>(host::HostClock().steady_ns() - context.started_ns);
  reply(Answer(200, {{"status", "healthy"},
                     {"uptime_seconds", up / 1e9},
                     {"version", context.version},
                     {"role", "standalone"},
                     {"pipelines", context.host.pipelines()}}));
}

// Ready is who serves; a server without a program is (operations.md 4.4).
void Ready(Context& context, const http::Reply& reply) {
  const std::string trouble = context.host.trouble();
  if (context.is_stopping || !trouble.empty()) {
    http::Response response =
        Answer(503, {{"status", "not_ready"},
                     {"engine_loaded", false},
                     {"reason", context.is_stopping ? "the server is stopping" : trouble}});
    response.headers.emplace_back("Retry-After", "1");
    reply(std::move(response));
    return;
  }
  uint64_t events = 0;
  uint64_t outputs = 0;
  for (const auto& tenant : context.tenants.List()) {
    events += tenant->usage().events_processed;
    outputs += tenant->usage().output_events_emitted;
  }
  reply(Answer(200, {{"status", "ready"},
                     {"engine_loaded", context.host.pipelines() > 0},
                     {"streams_count", context.host.metrics().active_streams},
                     {"events_processed", events},
                     {"output_events_emitted", outputs}}));
}

}  // namespace

void AddHealth(http::Router& router, Context& context) {
  router.Add({.method = "GET",
              .path = "/health",
              .access = http::Access::Open,
              .handle = [&context](const http::Request&,
                                   const http::Reply& reply) { Health(context, reply); },
              .summary = "Whether the process serves"});
  router.Add({.method = "GET",
              .path = "/ready",
              .access = http::Access::Open,
              .handle = [&context](const http::Request&,
                                   const http::Reply& reply) { Ready(context, reply); },
              .summary = "Whether it takes requests"});
}

}  // namespace varpulis::api
