#include <utility>

#include "server/api/answers.h"
#include "server/api/quota_json.h"
#include "server/api/resources.h"

namespace varpulis::api {

namespace {

void Usage(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto tenant = FindTenant(context, request, reply);
  if (!tenant) return;
  Json body = {{"tenant_id", tenant->id()}};
  body.update(UsageJson(tenant->usage()));
  body["quota"] = QuotaJson(tenant->quota());
  reply(Answer(200, body));
}

}  // namespace

void AddUsage(http::Router& router, Context& context) {
  router.Add(MakeRoute(context, "GET", "/api/v1/usage", Usage, "What the tenant has used"));
}

}  // namespace varpulis::api
