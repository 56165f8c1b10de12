#include "server/api/access.h"

#include <string>
#include <string_view>

#include "server/api/answers.h"

namespace varpulis::api {
namespace {

bool StartsWithWord(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if ((text[i] | 0x20) != word[i]) return false;
  }
  return text.size() == word.size() || text[word.size()] == ' ';
}

// The key in `Authorization: Bearer K`, `ApiKey K` or `K`; empty if a scheme has none.
std::string_view KeyOfAuthorization(std::string_view value) {
  for (const std::string_view scheme : {"bearer", "apikey"}) {
    if (!StartsWithWord(value, scheme)) continue;
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
  }
  return value;
}

struct Credential {
  std::optional<std::string> key;
  bool malformed = false;
};

Credential FindKey(const http::Request& request, bool key_in_query) {
  if (request.has_header("x-api-key")) return {std::string(request.header("x-api-key")), false};
  if (request.has_header("authorization")) {
    const std::string_view key = KeyOfAuthorization(request.header("authorization"));
    return {std::string(key), key.empty()};
  }
  if (!key_in_query) return {};
  std::optional<std::string> key = request.query_value("api_key");
  return {key ? key : request.query_value("token"), false};
}

std::optional<http::Response> CheckAdmin(const auth::TenantRegistry& tenants,
                                         const http::Request& request) {
  if (tenants.is_open()) {
    return Error(403, "admin_disabled",
                 "tenants are administered on a server that was started with --api-key");
  }
  if (tenants.IsAdminKey(request.header("x-admin-key"))) return std::nullopt;
  return Error(401, "invalid_admin_key", "send the key of the server as x-admin-key");
}

}  // namespace

std::optional<http::Response> CheckAccess(const auth::TenantRegistry& tenants, http::Access access,
                                          bool key_in_query, http::Request& request) {
  if (access == http::Access::Open) return std::nullopt;
  if (access == http::Access::Admin) return CheckAdmin(tenants, request);
  if (tenants.is_open()) {
    request.principal = auth::kDefaultTenant;
    return std::nullopt;
  }
  const Credential credential = FindKey(request, key_in_query);
  if (credential.malformed)
    return Error(400, "malformed_auth", "the Authorization header has no key");
  if (!credential.key || credential.key->empty()) {
    return Error(401, "missing_api_key",
                 "send the tenant's key as x-api-key: curl -H "
                 "\"x-api-key: $KEY\" ...");
  }
  const auto tenant = tenants.FindByKey(*credential.key);
  if (!tenant) return Error(401, "invalid_api_key", "no tenant has this key");
  request.principal = tenant->id();
  return std::nullopt;
}

}  // namespace varpulis::api
