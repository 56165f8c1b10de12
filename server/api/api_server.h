#pragma once

// The HTTP API of a server (operations.md 4): its routes, and what holds for all of them. The front door
// of this folder.

#include <atomic>
#include <cstdint>
#include <string>

#include "server/api/cors.h"
#include "server/auth/rate_limiter.h"
#include "server/auth/tenant_registry.h"
#include "server/host/dead_letter_service.h"
#include "server/host/pipeline_host.h"
#include "server/http/router.h"
#include "server/http/service.h"
#include "server/metrics/http_metrics.h"

namespace varpulis::api {

// What handlers work with. Everything is thread-safe and outlives the server of HTTP.
struct Context {
  host::PipelineHost& host;
  host::DeadLetterService& dead_letters;
  auth::TenantRegistry& tenants;
  auth::RateLimiter& limiter;
  metrics::HttpMetrics& http_metrics;
  CorsPolicy cors;
  std::string version;
  int64_t started_ns;  // steady clock
  std::atomic<bool>& is_stopping;
};

// All routes of the API.
http::Router MakeRoutes(Context& context);
// Serves them; `router` and `context` outlive it.
http::Service MakeService(Context& context, const http::Router& router);
// `/metrics` and nothing else, for the metrics port.
http::Service MakeMetricsService(Context& context, const http::Router& router);
http::Router MakeMetricsRoutes(Context& context);

}  // namespace varpulis::api
