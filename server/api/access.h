#pragma once

// Which tenant a request acts for (operations.md 4.1.2).

#include <optional>

#include "server/auth/tenant_registry.h"
#include "server/http/router.h"

namespace varpulis::api {

// Fills the principal of the request; an answer: it is refused.
std::optional<http::Response> CheckAccess(const auth::TenantRegistry& tenants, http::Access access,
                                          bool key_in_query, http::Request& request);

}  // namespace varpulis::api
