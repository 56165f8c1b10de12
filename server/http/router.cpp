#include "server/http/router.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace varpulis::http {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string_view NextSegment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<Parameters> MatchPath(std::string_view pattern, std::string_view path) {
  Parameters parameters;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = NextSegment(pattern);
    const std::string_view segment = NextSegment(path);
    if (!wanted.starts_with('{')) {
      if (wanted != segment) return std::nullopt;
      continue;
    }
    std::optional<std::string> value = PercentDecode(segment, false);
    if (!value || value->empty()) return std::nullopt;
    parameters.emplace_back(wanted.substr(1, wanted.size() - 2), std::move(*value));
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace

void Router::Add(Route route) { routes_.push_back(std::move(route)); }

Router::Match Router::Find(Request& request) const {
  Match match;
  if (!request.path.starts_with('/')) return match;
  const std::string& wanted = request.method == "HEAD" ? "GET" : request.method;
  for (const Route& route : routes_) {
    std::optional<Parameters> parameters = MatchPath(route.path, request.path);
    if (!parameters) continue;
    match.allowed.push_back(route.method);
    if (match.route == nullptr) match.access = route.access;
    if (route.method != wanted) continue;
    match.route = &route;
    request.parameters = std::move(*parameters);
  }
  return match;
}

}  // namespace varpulis::http
