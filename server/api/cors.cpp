#include "server/api/cors.h"

#include <algorithm>

namespace varpulis::api {
namespace {

bool IsLoopback(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin.starts_with(scheme)) continue;
    std::string_view host = origin.substr(scheme.size());
    const size_t port = host.rfind(':');
    // The colons of an IPv6 address stand in brackets.
    if (port != std::string_view::npos && !host.ends_with(']')) {
      const std::string_view digits = host.substr(port + 1);
      if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
      host = host.substr(0, port);
    }
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
  }
  return false;
}

}  // namespace

bool CorsPolicy::Allows(std::string_view origin) const {
  if (origins_.empty()) return IsLoopback(origin);
  return std::any_of(origins_.begin(), origins_.end(), [&](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

std::vector<http::Header> CorsPolicy::HeadersFor(const http::Request& request) const {
  const std::string_view origin = request.header("origin");
  if (origin.empty() || !Allows(origin)) return {};
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Vary", "Origin"},
          {"Access-Control-Expose-Headers",
           "x-request-id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, "
           "X-RateLimit-Reset, X-Total-Count"}};
}

bool CorsPolicy::IsPreflight(const http::Request& request) {
  return request.method == "OPTIONS" && request.has_header("origin") &&
         request.has_header("access-control-request-method");
}

std::vector<http::Header> CorsPolicy::PreflightHeaders() {
  return {{"Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"},
          {"Access-Control-Allow-Headers",
           "content-type, x-api-key, x-admin-key, authorization, x-request-id, traceparent, "
           "idempotency-key, last-event-id"},
          {"Access-Control-Max-Age", "600"}};
}

}  // namespace varpulis::api
