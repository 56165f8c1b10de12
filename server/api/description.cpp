#include <string>
#include <utility>

#include "server/api/answers.h"
#include "server/api/resources.h"

// The API as OpenAPI, made from the routes themselves.

namespace varpulis::api {
namespace {

Json Parameters(const std::string& path) {
  Json parameters = Json::array();
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    const std::string name = path.substr(open + 1, path.find('}', open) - open - 1);
    parameters.push_back(
        {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

Json Operation(const http::Route& route) {
  const Json error = {
      {"description", "Why not"},
      {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  Json operation = {{"summary", route.summary},
                    {"responses", {{"2XX", {{"description", "Done"}}}, {"default", error}}}};
  if (Json parameters = Parameters(route.path); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  if (route.method == "POST" || route.method == "PATCH") {
    operation["requestBody"] = {
        {"content", {{"application/json", {{"schema", {{"type", "object"}}}}}}}};
  }
  const char* key = route.access == http::Access::Tenant ? "tenant" : "admin";
  operation["security"] = Json::array();
  if (route.access != http::Access::Open) operation["security"].push_back({{key, Json::array()}});
  return operation;
}

Json KeyIn(const char* header) { return {{"type", "apiKey"}, {"in", "header"}, {"name", header}}; }

std::string Describe(const http::Router& router, const std::string& version) {
  Json paths = Json::object();
  for (const http::Route& route : router.routes()) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(c | 0x20);
    paths[route.path][method] = Operation(route);
  }
  const Json error = {{"type", "object"},
                      {"required", {"error", "code"}},
                      {"properties",
                       {{"error", {{"type", "string"}}},
                        {"code", {{"type", "string"}}},
                        {"details", Json::object()}}}};
  return Json{
      {"openapi", "3.1.0"},
      {"info", {{"title", "Varpulis"}, {"version", version}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", {{"Error", error}}},
        {"securitySchemes", {{"tenant", KeyIn("x-api-key")}, {"admin", KeyIn("x-admin-key")}}}}}}
      .dump(2);
}

}  // namespace

void AddDescription(http::Router& router, Context& context) {
  http::Route route{.method = "GET",
                    .path = "/openapi.json",
                    .access = http::Access::Open,
                    .handle = {},
                    .summary = "This description"};
  http::Router described = router;
  described.Add(route);
  route.handle = [text = Describe(described, context.version)](const http::Request&,
                                                               const http::Reply& reply) {
    http::Response response;
    response.body = text;
    reply(std::move(response));
  };
  router.Add(std::move(route));
}

}  // namespace varpulis::api
