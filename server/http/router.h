#pragma once

// Which handler a request belongs to, by method and path.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "server/http/message.h"

namespace varpulis::http {

// What a route asks of requests before they come to its handler.
enum class Access : uint8_t { Open, Tenant, Admin };

struct Route {
  std::string method;
  std::string path;  // `/api/v1/pipelines/{id}`
  Access access = Access::Tenant;
  std::function<void(const Request&, const Reply&)> handle;
  uint64_t body_limit = limits::kMaxBodyBytes;
  // The key may stand in the query as well, for clients that cannot send headers.
  bool key_in_query = false;
  std::string summary = {};  // for the description of the API
};

// Built once, then only read.
class Router {
 public:
  void Add(Route route);

  struct Match {
    const Route* route = nullptr;           // null: not found, or another method
    std::vector<std::string> allowed = {};  // methods of the path; empty: there is no such path
    Access access = Access::Tenant;         // of the route, or of another one of the path
  };
  // Fills the parameters of the request. HEAD is GET.
  Match Find(Request& request) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace varpulis::http
