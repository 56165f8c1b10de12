#include "server/api/api_server.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "server/api/access.h"
#include "server/api/answers.h"
#include "server/api/resources.h"
#include "server/auth/digest.h"
#include "server/metrics/exporter.h"

namespace varpulis::api {
namespace {

const log::Target kLog("varpulis::http");

std::string RequestId(const http::Request& request) {
  const std::string_view sent = request.header("x-request-id");
  const bool usable =
      !sent.empty() && sent.size() <= 128 &&
      std::all_of(sent.begin(), sent.end(), [](char c) { return c > ' ' && c < 127; });
  return usable ? std::string(sent) : auth::NewUuid();
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void AddRateHeaders(const auth::RateVerdict& rate, std::vector<http::Header>& headers) {
  if (rate.limit == 0) return;
  headers.emplace_back("X-RateLimit-Limit", fmt::format("{}", rate.limit));
  headers.emplace_back("X-RateLimit-Remaining", fmt::format("{}", rate.remaining));
  headers.emplace_back("X-RateLimit-Reset", fmt::format("{}", rate.reset_s));
}

http::Response RateLimited(const auth::RateVerdict& rate) {
  http::Response response =
      Answer(429, {{"error", "too many requests"},
                   {"code", "rate_limited"},
                   {"message", fmt::format("at most {} requests per second", rate.limit)},
                   {"retry_after_seconds", rate.retry_after_s}});
  response.headers.emplace_back("Retry-After", fmt::format("{}", rate.retry_after_s));
  return response;
}

// The order of checks is a contract (decision E9).
http::Verdict Begin(Context& context, const http::Router& router, http::Request& request) {
  request.id = RequestId(request);
  request.answer_headers = context.cors.HeadersFor(request);
  if (CorsPolicy::IsPreflight(request)) {
    http::Response response;
    response.status = 204;
    response.headers = CorsPolicy::PreflightHeaders();
    return {std::move(response)};
  }
  const http::Router::Match match = router.Find(request);
  const bool key_in_query = match.route != nullptr && match.route->key_in_query;
  if (auto refused = CheckAccess(context.tenants, match.access, key_in_query, request))
    return {std::move(refused), match.route};
  if (match.allowed.empty())
    return {Error(404, "not_found", "there is nothing here: " + request.path)};
  if (match.route == nullptr) {
    http::Response response =
        Error(405, "method_not_allowed", "allowed are " + Join(match.allowed));
    response.headers.emplace_back("Allow", Join(match.allowed));
    return {std::move(response)};
  }
  if (match.access != http::Access::Open) {
    const auth::RateVerdict rate =
        context.limiter.Take(request.remote, host::HostClock().steady_ns());
    AddRateHeaders(rate, request.answer_headers);
    if (!rate.allowed) return {RateLimited(rate), match.route};
  }
  return {std::nullopt, match.route};
}

void Finish(Context& context, const http::Request& request, const http::Route* route,
            double seconds, http::Response& response) {
  if (!request.id.empty()) response.headers.emplace_back("x-request-id", request.id);
  response.headers.insert(response.headers.end(), request.answer_headers.begin(),
                          request.answer_headers.end());
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (!response.stream && response.content_type.starts_with("application/json"))
    response.headers.emplace_back("Cache-Control", "no-store");
  context.http_metrics.Count(request.method, route != nullptr ? route->path : "_unmatched",
                             response.status, seconds);
  // Without the query: it may hold a key.
  VPL_LOG(kLog, Info, "request", {"method", request.method}, {"path", request.path},
          {"status", response.status}, {"latency_ms", seconds * 1000}, {"remote", request.remote},
          {"request_id", request.id});
}

}  // namespace

http::Router MakeRoutes(Context& context) {
  http::Router router;
  AddHealth(router, context);
  AddPipelines(router, context);
  AddEvents(router, context);
  AddPipelineMetrics(router, context);
  AddCheckpoints(router, context);
  AddReload(router, context);
  AddLogs(router, context);
  AddSocket(router, context);
  AddUsage(router, context);
  AddDeadLetters(router, context);
  AddTenants(router, context);
  AddValidate(router, context);
  AddDescription(router, context);  // last: it describes the others
  return router;
}

http::Route MakeRoute(Context& context, std::string method, std::string path, Handler handler,
                      std::string summary) {
  return {
      .method = std::move(method),
      .path = std::move(path),
      .handle = [&context, handler](const http::Request& request,
                                    const http::Reply& reply) { handler(context, request, reply); },
      .summary = std::move(summary)};
}

http::Service MakeService(Context& context, const http::Router& router) {
  return {.begin = [&context,
                    &router](http::Request& request) { return Begin(context, router, request); },
          .finish =
              [&context](const http::Request& request, const http::Route* route, double seconds,
                         http::Response& response) {
                Finish(context, request, route, seconds, response);
              },
          .error = [](int status, std::string_view code,
                      std::string_view message) { return Error(status, code, message); }};
}

http::Router MakeMetricsRoutes(Context& context) {
  http::Router router;
  router.Add({.method = "GET",
              .path = "/metrics",
              .access = http::Access::Open,
              .handle = [&context](const http::Request&, const http::Reply& reply) {
                http::Response response;
                response.content_type = metrics::kContentType;
                response.body =
                    metrics::Export(context.host, context.http_metrics, context.version);
                reply(std::move(response));
              }});
  return router;
}

http::Service MakeMetricsService(Context& context, const http::Router& router) {
  http::Service service = MakeService(context, router);
  // No key here, whatever is asked for.
  service.begin = [&router](http::Request& request) -> http::Verdict {
    request.id = RequestId(request);
    const http::Router::Match match = router.Find(request);
    if (match.allowed.empty()) return {Error(404, "not_found", "only /metrics is served here")};
    if (match.route != nullptr) return {std::nullopt, match.route};
    http::Response response = Error(405, "method_not_allowed", "allowed is GET");
    response.headers.emplace_back("Allow", "GET");
    return {std::move(response)};
  };
  return service;
}

}  // namespace varpulis::api
