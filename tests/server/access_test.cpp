#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/server_process.h"

namespace varpulis::server_test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHot = "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";
const std::string kPipelines = "/api/v1/pipelines";

TEST(Access, every_route_but_probes_wants_the_key) {
  const ServerProcess server({"--api-key", "k1"});
  const Json description = server.Call("GET", "/openapi.json").json();
  size_t refused = 0;
  for (const auto& [path, methods] : description["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (operation["security"].empty()) continue;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      const Answer answer = server.Call(upper, path, "");
      EXPECT_EQ(answer.status, 401) << upper << " " << path;
      EXPECT_FALSE(answer.code().empty());
      ++refused;
    }
  }
  EXPECT_GE(refused, 15u);
  // Also what does not exist: nobody learns what does.
  EXPECT_EQ(server.Call("GET", "/api/v1/nothing").status, 401);
  EXPECT_EQ(server.Call("GET", "/api/v1/nothing", "", {"x-api-key: k1"}).code(), "not_found");
  EXPECT_EQ(server.Call("PUT", kPipelines, "", {"x-api-key: k1"}).code(), "method_not_allowed");
}

TEST(Access, a_key_comes_in_several_headers) {
  const ServerProcess server({"--api-key", "k1"});
  for (const std::string header : {"x-api-key: k1", "Authorization: Bearer k1",
                                   "authorization: apikey k1", "Authorization: k1"}) {
    EXPECT_EQ(server.Call("GET", kPipelines, "", {header}).status, 200) << header;
  }
  for (const std::string header :
       {"x-api-key: k2", "x-api-key: k", "x-api-key: k11", "Authorization: Bearer k2"}) {
    EXPECT_EQ(server.Call("GET", kPipelines, "", {header}).code(), "invalid_api_key") << header;
  }
  EXPECT_EQ(server.Call("GET", kPipelines).code(), "missing_api_key");
  const Answer empty = server.Call("GET", kPipelines, "", {"Authorization: Bearer"});
  EXPECT_EQ(empty.status, 400);
  EXPECT_EQ(empty.code(), "malformed_auth");
  // In the query only where clients cannot send headers.
  EXPECT_EQ(server.Call("GET", kPipelines + "?api_key=k1").status, 401);
  EXPECT_EQ(server.Call("GET", kPipelines + "/nobody/logs?token=k%31").status, 404);
}

TEST(Access, the_log_holds_no_key) {
  ServerProcess server({"--api-key", "secret-k1"});
  server.Call("GET", kPipelines, "", {"x-api-key: secret-k1"});
  server.Call("GET", kPipelines + "/x/logs?api_key=secret-k1");
  server.Call("GET", kPipelines, "", {"Authorization: Bearer secret-k1"});
  EXPECT_EQ(server.Stop(), 0) << server.output();
  EXPECT_THAT(server.output(), HasSubstr("path=/api/v1/pipelines/x/logs"));
  EXPECT_THAT(server.output(), Not(HasSubstr("secret-k1")));
}

TEST(Access, in_open_mode_everybody_is_the_default_tenant_and_nobody_admin) {
  const ServerProcess server({"--bind", "0.0.0.0"});
  EXPECT_EQ(server.Call("GET", "/api/v1/usage", "", {"x-api-key: whatever"}).json()["tenant_id"],
            "default");
  const Answer admin = server.Call("GET", "/api/v1/tenants", "", {"x-admin-key: x"});
  EXPECT_EQ(admin.status, 403);
  EXPECT_EQ(admin.code(), "admin_disabled");
  EXPECT_TRUE(server.WaitForOutput("WARN varpulis_cli: Open mode on a public address"));
}

class Tenants : public ::testing::Test {
 protected:
  Answer Admin(const std::string& method, const std::string& path, const Json& body = {}) const {
    return server_.Call(method, "/api/v1/tenants" + path, body.is_null() ? "" : body.dump(),
                        {"x-admin-key: k1"});
  }

  ServerProcess server_{{"--api-key", "k1"}};
};

TEST_F(Tenants, see_their_own_pipelines_only) {
  const Json acme = Admin("POST", "", {{"name", "acme"}, {"quota_tier", "free"}}).json();
  const std::string key = "x-api-key: " + acme["api_key"].get<std::string>();
  EXPECT_EQ(acme["quota"]["max_pipelines"], 2);
  const std::string id = server_.Deploy(kHot, {key});
  EXPECT_EQ(server_.Call("GET", kPipelines + "/" + id, "", {key}).status, 200);
  EXPECT_EQ(server_.Call("GET", kPipelines + "/" + id, "", {"x-api-key: k1"}).code(),
            "pipeline_not_found");
  EXPECT_EQ(server_.Call("DELETE", kPipelines + "/" + id, "", {"x-api-key: k1"}).status, 404);
  EXPECT_EQ(server_.Call("GET", kPipelines, "", {"x-api-key: k1"}).json()["total"], 0);
  EXPECT_EQ(server_.Call("GET", "/api/v1/usage", "", {key}).json()["tenant_id"], acme["id"]);
}

TEST_F(Tenants, have_quotas) {
  const Json free = Admin("POST", "", {{"name", "f"}, {"quota_tier", "free"}}).json();
  const std::string key = "x-api-key: " + free["api_key"].get<std::string>();
  const auto deploy = [&](const std::string& source) {
    return server_.Call("POST", kPipelines, Json({{"name", "x"}, {"source", source}}).dump(),
                        {key});
  };
  std::string six;
  for (int i = 0; i < 6; ++i) six += "stream S" + std::to_string(i) + " = X .emit(v: 1)\n";
  EXPECT_EQ(deploy(six).code(), "quota_exceeded");
  const std::string id = server_.Deploy(kHot, {key});
  server_.Deploy(kHot, {key});
  const Answer third = deploy(kHot);
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(third.code(), "quota_exceeded");
  EXPECT_EQ(third.header("retry-after"), "1");
  // 100 events per second: of more at once the beginning is taken.
  std::string events;
  for (int i = 0; i < 250; ++i)
    events += std::string(i > 0 ? "," : "") + R"({"event_type":"Reading","fields":{"value":1}})";
  const Json batch = server_
                         .Call("POST", kPipelines + "/" + id + "/events-batch",
                               "{\"events\":[" + events + "]}", {key})
                         .json();
  EXPECT_EQ(batch["accepted"], 100);
  EXPECT_EQ(batch["rejected"], 150);
  EXPECT_EQ(batch["errors"].size(), 100u);
  EXPECT_EQ(batch["errors"][0]["index"], 100);
  EXPECT_EQ(batch["errors"][0]["code"], "rate_limited");
  EXPECT_EQ(Admin("PATCH", "/" + free["id"].get<std::string>(), {{"quota_tier", "pro"}})
                .json()["quota"]["max_pipelines"],
            20);
  EXPECT_EQ(deploy(kHot).status, 201);
}

TEST_F(Tenants, are_listed_with_masked_keys_renamed_rotated_and_deleted) {
  const Json acme = Admin("POST", "", {{"name", "acme"}}).json();
  const std::string path = "/" + acme["id"].get<std::string>();
  const std::string old_key = acme["api_key"];
  server_.Deploy(kHot, {"x-api-key: " + old_key});
  const Json list = Admin("GET", "").json();
  EXPECT_EQ(list["total"], 2);
  EXPECT_EQ(list["tenants"][0]["id"], "default");
  EXPECT_EQ(list["tenants"][1]["api_key"], old_key.substr(0, 4) + "****");
  EXPECT_EQ(Admin("PATCH", path, {{"name", "other"}}).json()["name"], "other");
  const Json shown = Admin("GET", path).json();
  EXPECT_EQ(shown["pipeline_count"], 1);
  EXPECT_EQ(shown["usage"]["active_pipelines"], 1);
  const std::string new_key = Admin("POST", path + "/rotate-key").json()["api_key"];
  EXPECT_EQ(server_.Call("GET", "/api/v1/usage", "", {"x-api-key: " + old_key}).status, 401);
  EXPECT_EQ(server_.Call("GET", "/api/v1/usage", "", {"x-api-key: " + new_key}).status, 200);
  EXPECT_EQ(Admin("DELETE", path).json()["deleted"], true);
  EXPECT_EQ(Admin("DELETE", path).code(), "tenant_not_found");
  EXPECT_EQ(server_.Call("GET", "/api/v1/usage", "", {"x-api-key: " + new_key}).status, 401);
  EXPECT_EQ(Admin("DELETE", "/default").status, 403);
  EXPECT_EQ(Admin("POST", "", {{"name", "x"}, {"quota_tier", "gold"}}).status, 400);
  EXPECT_EQ(Admin("POST", "", Json::object()).status, 400);
  EXPECT_EQ(server_.Call("GET", "/api/v1/tenants", "", {"x-admin-key: " + new_key}).code(),
            "invalid_admin_key");
}

TEST(RateLimit, refuses_above_twice_the_rate_and_says_how_long) {
  const ServerProcess server({}, {"VARPULIS_RATE_LIMIT=5"});
  Answer last;
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    const Answer answer = server.Call("GET", "/api/v1/usage");
    EXPECT_EQ(answer.header("x-ratelimit-limit"), "5");
    if (answer.status != 429) continue;
    ++refused;
    last = answer;
  }
  EXPECT_GE(refused, 20);
  EXPECT_EQ(last.code(), "rate_limited");
  EXPECT_EQ(last.header("retry-after"), "1");
  EXPECT_EQ(last.header("x-ratelimit-remaining"), "0");
  EXPECT_EQ(last.json()["retry_after_seconds"], 1);
  EXPECT_FALSE(last.json()["message"].get<std::string>().empty());
  EXPECT_EQ(server.Call("GET", "/health").status, 200);
}

}  // namespace
}  // namespace varpulis::server_test
