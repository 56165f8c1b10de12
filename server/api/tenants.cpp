#include <string>
#include <utility>

#include "base/log.h"
#include "server/api/answers.h"
#include "server/api/quota_json.h"
#include "server/api/resources.h"

namespace varpulis::api {
namespace {

const log::Target kLog("varpulis_runtime::tenant");

Json Describe(const auth::Tenant& tenant) {
  return {{"id", tenant.id()},
          {"name", tenant.name()},
          {"api_key", tenant.masked_key()},
          {"quota", QuotaJson(tenant.quota())}};
}

std::shared_ptr<auth::Tenant> FindNamed(Context& context, const http::Request& request,
                                        const http::Reply& reply) {
  auto tenant = context.tenants.Find(request.parameter("id"));
  if (!tenant) reply(Error(404, "tenant_not_found", "there is no such tenant"));
  return tenant;
}

// The quota that the body asks for by tier; without one `otherwise`. Nothing: `refusal`.
std::optional<auth::Quota> ReadTier(const Body& body, const auth::Quota& otherwise,
                                    http::Response& refusal) {
  const Json* tier = body.Find("quota_tier");
  if (tier == nullptr || tier->is_null()) return otherwise;
  auto quota = tier->is_string() ? auth::QuotaOfTier(tier->get<std::string>()) : std::nullopt;
  if (!quota || tier->get<std::string>().empty()) {
    refusal = Error(400, "invalid_request", "`quota_tier` is free, pro or enterprise");
    return std::nullopt;
  }
  return quota;
}

// Answers when the tenant is durable.
void SaveThen(Context& context, std::shared_ptr<auth::Tenant> tenant, const http::Reply& reply,
              Json answer, int status) {
  context.host.Persist([tenant](store::Store& store) { return store.Save(tenant->record()); },
                       [reply, answer = std::move(answer), status](const Status& stored) {
                         reply(stored.ok() ? Answer(status, answer) : NotStored(stored.message()));
                       });
}

void Create(Context& context, const http::Request& request, const http::Reply& reply) {
  http::Response refusal;
  const auto body = Body::Read(request.body, refusal);
  auto name = body ? body->Name(refusal) : std::nullopt;
  const auto quota = name ? ReadTier(*body, {}, refusal) : std::nullopt;
  if (!quota) return reply(std::move(refusal));
  auto created = context.tenants.Create(std::move(*name), *quota);
  if (!created.ok()) return reply(Error(429, "quota_exceeded", created.status().message()));
  Json answer = Describe(*created->tenant);
  answer["api_key"] = created->key;
  VPL_LOG(kLog, Info, "Tenant created", {"tenant_id", created->tenant->id()},
          {"name", created->tenant->name()});
  SaveThen(context, created->tenant, reply, std::move(answer), 201);
}

void List(Context& context, const http::Request& request, const http::Reply& reply) {
  reply(Listing(request, "tenants", context.tenants.List(),
                [](const auto& item) { return Describe(*item); }));
}

void Get(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto tenant = FindNamed(context, request, reply);
  if (!tenant) return;
  Json answer = Describe(*tenant);
  answer["usage"] = UsageJson(tenant->usage());
  answer["pipeline_count"] = context.host.List(tenant->id()).size();
  reply(Answer(200, answer));
}

void Change(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto tenant = FindNamed(context, request, reply);
  if (!tenant) return;
  http::Response refusal;
  const auto body = Body::Read(request.body, refusal);
  const bool has_name = body && body->Find("name") != nullptr;
  auto name = !body ? std::nullopt : has_name ? body->Name(refusal) : std::optional(tenant->name());
  const auto quota = name ? ReadTier(*body, tenant->quota(), refusal) : std::nullopt;
  if (!quota) return reply(std::move(refusal));
  tenant->set_name(std::move(*name));
  tenant->set_quota(*quota);
  SaveThen(context, tenant, reply, Describe(*tenant), 200);
}

void Rotate(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto tenant = FindNamed(context, request, reply);
  if (!tenant) return;
  // Its key is what the server was started with.
  if (tenant->id() == auth::kDefaultTenant)
    return reply(Error(403, "forbidden", "the default tenant has the key of the server"));
  const std::string key = context.tenants.RotateKey(*tenant);
  VPL_LOG(kLog, Info, "Tenant key rotated", {"tenant_id", tenant->id()});
  SaveThen(context, tenant, reply, {{"id", tenant->id()}, {"api_key", key}}, 200);
}

void Delete(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto tenant = FindNamed(context, request, reply);
  if (!tenant) return;
  if (tenant->id() == auth::kDefaultTenant)
    return reply(Error(403, "forbidden", "the default tenant cannot be deleted"));
  if (!context.tenants.Delete(tenant->id()))
    return reply(Error(404, "tenant_not_found", "there is no such tenant"));
  // First: whatever is still there of its pipelines is removed when the server starts.
  context.host.Persist(
      [id = tenant->id()](store::Store& store) { return store.DeleteTenant(id); },
      [&context, reply, id = tenant->id()](const Status& stored) {
        context.host.DeleteAllOf(id);
        VPL_LOG(kLog, Info, "Tenant deleted", {"tenant_id", id});
        reply(stored.ok() ? Answer(200, {{"deleted", true}}) : NotStored(stored.message()));
      });
}

}  // namespace

void AddTenants(http::Router& router, Context& context) {
  const auto add = [&](std::string method, const std::string& path, Handler handler,
                       std::string summary) {
    http::Route route = MakeRoute(context, std::move(method), "/api/v1/tenants" + path, handler,
                                  std::move(summary));
    route.access = http::Access::Admin;
    router.Add(std::move(route));
  };
  add("POST", "", Create, "Create a tenant; the only time its key is shown");
  add("GET", "", List, "All tenants");
  add("GET", "/{id}", Get, "One tenant");
  add("PATCH", "/{id}", Change, "Rename it, or change its tier");
  add("DELETE", "/{id}", Delete, "Remove it and its pipelines");
  add("POST", "/{id}/rotate-key", Rotate, "Give it another key");
}

}  // namespace varpulis::api
