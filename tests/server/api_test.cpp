#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/server_process.h"

namespace varpulis::server_test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

const std::string kHot = "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";
const std::string kPipelines = "/api/v1/pipelines";

std::string Reading(const std::string& value) {
  return R"({"event_type":"Reading","fields":{"value":)" + value + "}}";
}
std::string Batch(const std::string& events) { return "{\"events\":[" + events + "]}"; }

TEST(Api, health_and_readiness_need_no_key_and_no_program) {
  const ServerProcess server({"--api-key", "k1"});
  const Json health = server.Call("GET", "/health").json();
  EXPECT_EQ(health["status"], "healthy");
  EXPECT_EQ(health["role"], "standalone");
  EXPECT_GE(health["uptime_seconds"], 0.0);
  EXPECT_EQ(health["version"], "0.1.0");
  const Answer ready = server.Call("GET", "/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.json()["status"], "ready");
  EXPECT_EQ(ready.json()["streams_count"], 0);
}

TEST(Api, a_pipeline_is_deployed_listed_shown_and_deleted) {
  const ServerProcess server;
  const Answer deployed =
      server.Call("POST", kPipelines, Json({{"name", "hot"}, {"source", kHot}}).dump());
  ASSERT_EQ(deployed.status, 201) << deployed.body;
  const std::string id = deployed.json()["id"];
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(deployed.json()["status"], "running");
  const Json list = server.Call("GET", kPipelines).json();
  EXPECT_EQ(list["total"], 1);
  EXPECT_EQ(list["pipelines"][0]["name"], "hot");
  const Json shown = server.Call("GET", kPipelines + "/" + id).json();
  EXPECT_EQ(shown["source"], kHot);
  EXPECT_EQ(shown["streams"], Json({"Alert"}));
  EXPECT_GE(shown["uptime_secs"], 0);
  EXPECT_EQ(shown["generation"], 1);
  EXPECT_THAT(shown["created_at"].get<std::string>(), HasSubstr("Z"));
  EXPECT_EQ(server.Call("DELETE", kPipelines + "/" + id).json()["deleted"], true);
  for (const char* method : {"GET", "DELETE"}) {
    const Answer gone = server.Call(method, kPipelines + "/" + id);
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.code(), "pipeline_not_found");
  }
}

TEST(Api, lists_come_in_pages_in_order_of_creation) {
  const ServerProcess server;
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(server.Deploy(kHot));
  const Json page = server.Call("GET", kPipelines + "?limit=2&offset=1").json();
  ASSERT_EQ(page["pipelines"].size(), 2u);
  EXPECT_EQ(page["pipelines"][0]["id"], ids[1]);
  EXPECT_EQ(page["pagination"],
            Json({{"total", 3}, {"limit", 2}, {"offset", 1}, {"has_more", false}}));
  EXPECT_EQ(server.Call("GET", kPipelines + "?limit=1").json()["pagination"]["has_more"], true);
  EXPECT_EQ(server.Call("GET", kPipelines + "?offset=9").json()["pipelines"].size(), 0u);
  for (const char* query : {"?limit=1001", "?limit=0", "?limit=x", "?limit=-1"})
    EXPECT_EQ(server.Call("GET", kPipelines + query).code(), "invalid_limit") << query;
  EXPECT_EQ(server.Call("GET", kPipelines + "?offset=x").code(), "invalid_query");
}

TEST(Api, an_event_is_answered_with_what_it_caused) {
  const ServerProcess server;
  const std::string id = server.Deploy(kHot);
  EXPECT_EQ(
      server.Inject(id, Reading("95.5")).body,
      R"({"accepted":true,"output_events":[{"event_type":"Alert","fields":{"value":95.5}}]})");
  EXPECT_EQ(server.Inject(id, Reading("95")).body, R"({"accepted":true,"output_events":[]})");
  const Json metrics = server.Call("GET", kPipelines + "/" + id + "/metrics").json();
  EXPECT_EQ(metrics["events_processed"], 2);
  EXPECT_EQ(metrics["output_events_emitted"], 1);
  EXPECT_EQ(metrics["streams"][0]["events_processed"], 2);
  EXPECT_EQ(metrics["queue_size"], 0);
}

TEST(Api, the_fraud_example_matches_the_same_user_only) {
  const ServerProcess server;
  const std::string id = server.Deploy(
      "stream Alert = Login as a -> Purchase as b .within(5m) .where(a.user == b.user) "
      ".emit(user: a.user)");
  server.Inject(id, R"({"event_type":"Login","fields":{"user":"u1"}})");
  EXPECT_EQ(server.Inject(id, R"({"event_type":"Purchase","fields":{"user":"u2"}})")
                .json()["output_events"]
                .size(),
            0u);
  EXPECT_EQ(server.Inject(id, R"({"event_type":"Purchase","data":{"user":"u1"}})")
                .json()["output_events"][0]["fields"]["user"],
            "u1");
}

TEST(Api, a_batch_goes_on_behind_a_bad_event) {
  const ServerProcess server;
  const std::string id = server.Deploy(kHot);
  const std::string path = kPipelines + "/" + id + "/events-batch";
  const Answer answer = server.Call(
      "POST", path, Batch(Reading("95.5") + ",{\"event_type\":\"Reading\"}," + Reading("101")));
  EXPECT_EQ(answer.status, 200);
  const Json body = answer.json();
  EXPECT_EQ(body["accepted"], 2);
  EXPECT_EQ(body["rejected"], 1);
  EXPECT_EQ(body["errors"][0]["index"], 1);
  EXPECT_EQ(body["errors"][0]["code"], "invalid_request");
  EXPECT_EQ(body["output_events"][1], Json({{"event_type", "Alert"}, {"value", 101}}));
  EXPECT_GE(body["processing_time_us"], 0);
  const Answer none = server.Call("POST", path, Batch("1"));
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.json()["accepted"], 0);
  EXPECT_EQ(server.Call("POST", path, Batch("{")).code(), "invalid_request");
  EXPECT_EQ(server.Call("POST", kPipelines + "/nobody/events-batch", Batch("")).status, 404);
}

TEST(Api, a_key_makes_an_injection_happen_once) {
  const ServerProcess server;
  const std::string id = server.Deploy(kHot);
  const std::string path = kPipelines + "/" + id + "/events";
  EXPECT_EQ(server.Call("POST", path, Reading("99"), {"Idempotency-Key: a"})
                .json()["output_events"]
                .size(),
            1u);
  const Json again = server.Call("POST", path, Reading("99"), {"Idempotency-Key: a"}).json();
  EXPECT_EQ(again["duplicate"], true);
  EXPECT_EQ(again["output_events"].size(), 0u);
  EXPECT_EQ(server.Call("GET", kPipelines + "/" + id + "/metrics").json()["events_processed"], 1);
  EXPECT_EQ(server.Call("POST", path, Reading("99"), {"Idempotency-Key: " + std::string(300, 'k')})
                .status,
            400);
}

TEST(Api, paused_and_stopped_pipelines_refuse_events) {
  const ServerProcess server;
  const std::string id = server.Deploy(kHot);
  const std::string path = kPipelines + "/" + id;
  EXPECT_EQ(server.Call("POST", path + "/resume").status, 409);
  EXPECT_EQ(server.Call("POST", path + "/pause").json()["status"], "paused");
  EXPECT_EQ(server.Call("POST", path + "/pause").code(), "conflict");
  EXPECT_EQ(server.Inject(id, Reading("99")).status, 409);
  EXPECT_EQ(server.Call("POST", path + "/resume").json()["status"], "running");
  EXPECT_EQ(server.Inject(id, Reading("99")).status, 200);
  const std::string stops =
      server.Deploy("stream S = Reading as t .emit(v: 1 / t.value) .on_error(\"stop\")");
  const Answer failed = server.Inject(stops, Reading("0"));
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.code(), "engine_error");
  EXPECT_EQ(server.Inject(stops, Reading("1")).status, 409);
  EXPECT_THAT(server.Call("GET", kPipelines + "/" + stops).json()["status"].get<std::string>(),
              HasSubstr("error: "));
  EXPECT_EQ(server.Inject(id, Reading("99")).status, 200);
}

TEST(Api, bad_programs_are_told_apart) {
  const ServerProcess server;
  const auto deploy = [&](const Json& body) {
    return server.Call("POST", kPipelines, body.dump());
  };
  const Answer syntax = deploy({{"name", "x"}, {"source", "stream X = ("}});
  EXPECT_EQ(syntax.status, 400);
  EXPECT_EQ(syntax.code(), "parse_error");
  EXPECT_EQ(syntax.json()["details"][0]["line"], 1);
  const Answer invalid =
      deploy({{"name", "x"}, {"source", "stream X = A .where(no_such_function(a))"}});
  EXPECT_EQ(invalid.status, 422);
  EXPECT_EQ(invalid.code(), "validation_failed");
  EXPECT_EQ(invalid.json()["details"][0]["code"], "E050");
  EXPECT_EQ(deploy({{"name", "x"}}).status, 400);
  EXPECT_EQ(deploy({{"name", 5}, {"source", kHot}}).status, 400);
  EXPECT_EQ(deploy({{"name", std::string(300, 'n')}, {"source", kHot}}).status, 400);
  EXPECT_EQ(server.Call("POST", kPipelines, "[]").status, 400);
  EXPECT_EQ(server.Call("POST", kPipelines).status, 400);
  EXPECT_EQ(server.Call("GET", kPipelines).json()["total"], 0);
}

TEST(Api, validate_answers_200_whatever_it_finds) {
  const ServerProcess server;
  const auto validate = [&](const std::string& source) {
    const Answer answer =
        server.Call("POST", "/api/v1/validate", Json({{"source", source}}).dump());
    EXPECT_EQ(answer.status, 200);
    return answer.json();
  };
  EXPECT_EQ(validate("stream Test = A as a .where(a.x > 1) .emit(v: a.x)"),
            Json({{"valid", true}, {"diagnostics", Json::array()}}));
  const Json broken = validate("stream X =\n  (");
  EXPECT_EQ(broken["valid"], false);
  EXPECT_EQ(broken["diagnostics"][0]["severity"], "error");
  EXPECT_GE(broken["diagnostics"][0]["column"], 1);
  EXPECT_EQ(server.Call("POST", "/api/v1/validate", "{}").status, 400);
}

TEST(Api, usage_belongs_to_the_tenant) {
  const ServerProcess server;
  server.Inject(server.Deploy(kHot), Reading("99"));
  const Json usage = server.Call("GET", "/api/v1/usage").json();
  EXPECT_EQ(usage["tenant_id"], "default");
  EXPECT_EQ(usage["events_processed"], 1);
  EXPECT_EQ(usage["output_events_emitted"], 1);
  EXPECT_EQ(usage["active_pipelines"], 1);
  EXPECT_EQ(usage["quota"]["max_pipelines"], 1000);
}

TEST(Api, the_description_names_every_route_and_no_other) {
  const ServerProcess server;
  const Json description = server.Call("GET", "/openapi.json").json();
  EXPECT_EQ(description["openapi"], "3.1.0");
  size_t operations = 0;
  for (const auto& [path, methods] : description["paths"].items()) {
    std::string called = path;
    while (called.find('{') != std::string::npos) {
      const size_t open = called.find('{');
      called.replace(open, called.find('}') - open + 1, "nobody");
    }
    std::string allowed;
    for (const auto& [method, operation] : methods.items()) {
      ++operations;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      allowed += (allowed.empty() ? "" : ", ") + upper;
      const Answer answer = server.Call(upper, called);
      EXPECT_NE(answer.status, 405) << upper << " " << path;
      if (answer.status == 404) {
        EXPECT_NE(answer.code(), "not_found") << upper << " " << path;
      }
    }
    const Answer other = server.Call("PUT", called);
    EXPECT_EQ(other.status, path.starts_with("/api/v1/tenants") ? 403 : 405) << path;
    if (other.status == 405) {
      EXPECT_EQ(other.header("allow"), allowed) << path;
    }
  }
  EXPECT_GE(operations, 20u);
}

TEST(Api, pages_of_allowed_origins_may_call) {
  const ServerProcess server({"--api-key", "k1"});
  const Answer allowed = server.Call("GET", "/health", "", {"Origin: http://localhost:5173"});
  EXPECT_EQ(allowed.header("access-control-allow-origin"), "http://localhost:5173");
  EXPECT_EQ(server.Call("GET", "/health", "", {"Origin: http://evil.example"})
                .header("access-control-allow-origin"),
            "");
  EXPECT_EQ(server.Call("GET", "/health", "", {"Origin: http://localhost.evil.example"})
                .header("access-control-allow-origin"),
            "");
  const Answer preflight =
      server.Call("OPTIONS", kPipelines, "",
                  {"Origin: http://127.0.0.1", "Access-Control-Request-Method: POST"});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_THAT(preflight.header("access-control-allow-headers"), HasSubstr("x-api-key"));
}

TEST(Api, requests_have_ids) {
  const ServerProcess server;
  EXPECT_EQ(server.Call("GET", "/health", "", {"x-request-id: abc-1"}).header("x-request-id"),
            "abc-1");
  EXPECT_EQ(server.Call("GET", "/health", "", {"x-request-id: a b"}).header("x-request-id").size(),
            36u);
}

TEST(Api, what_no_shared_thread_may_wait_for_is_refused) {
  const ServerProcess server;
  for (const std::string operation : {".enrich(Crm, key: user, fields: [segment], fallback: null)",
                                      ".alert(message: \"{user}\")"}) {
    const std::string source = "connector Crm = http(url: \"http://localhost:1\")\nstream S = E " +
                               operation + " .emit(user: user)\n";
    const Answer refused =
        server.Call("POST", kPipelines, Json({{"name", "s"}, {"source", source}}).dump());
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(refused.code(), "validation_failed");
    EXPECT_THAT(refused.body, ::testing::HasSubstr("not served by this server yet"));
  }
}

}  // namespace
}  // namespace varpulis::server_test
