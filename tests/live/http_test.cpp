#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/live/http_server.h"
#include "tests/live/lookup.h"

namespace varpulis::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

HttpReply Echo(const HttpExchange& exchange) {
  return {200, "{\"target\":\"" + exchange.target + "\"}"};
}

TEST(Http, AsksWithTheKeyAsAParameter) {
  HttpServer server(Echo);
  Lookup lookup("http", {Item("url", server.Url("/customers"))});
  EXPECT_EQ(lookup.Find(int64_t{7}), "{\"target\":\"/customers?key=7\"}");
  EXPECT_EQ(lookup.Find(std::string("a b&c=é")),
            "{\"target\":\"/customers?key=a%20b%26c%3D%C3%A9\"}");
  Lookup with_query("http", {Item("url", server.Url("/customers?v=2"))});
  EXPECT_EQ(with_query.Find(std::string("ana")), "{\"target\":\"/customers?v=2&key=ana\"}");
  EXPECT_EQ(server.seen()[0].method, "GET");
}

TEST(Http, SendsWhatTheConnectorSays) {
  HttpServer server(Echo);
  ir::ConfigValue::Block headers = {Item("X-Zone", "north")};
  Lookup lookup("http", {Item("url", server.Url()),
                         Item("method", "POST"),
                         Item("auth_bearer", "token"),
                         {"headers", {headers}}});
  lookup.Find(std::string("ana"));
  const HttpExchange seen = server.seen()[0];
  EXPECT_EQ(seen.method, "POST");
  EXPECT_THAT(seen.head, HasSubstr("X-Zone: north"));
  EXPECT_THAT(seen.head, HasSubstr("Authorization: Bearer token"));
  Lookup basic("http", {Item("url", server.Url()), Item("auth_basic", "ana:secret")});
  basic.Find(std::string("ana"));
  EXPECT_THAT(server.seen()[1].head, HasSubstr("Authorization: Basic YW5hOnNlY3JldA=="));
}

TEST(Http, OtherStatusesAreErrors) {
  HttpServer server([](const HttpExchange& exchange) {
    return HttpReply{std::stoi(exchange.target.substr(exchange.target.find('=') + 1)), "{}"};
  });
  Lookup lookup("http", {Item("url", server.Url())});
  EXPECT_EQ(lookup.Find(int64_t{200}), "{}");
  EXPECT_EQ(lookup.Find(int64_t{201}), "{}");
  EXPECT_EQ(lookup.Find(int64_t{301}), "error: HTTP status 301");
  EXPECT_EQ(lookup.Find(int64_t{404}), "error: HTTP status 404");
  EXPECT_EQ(lookup.Find(int64_t{500}), "error: HTTP status 500");
}

TEST(Http, ASlowAnswerIsATimeout) {
  HttpServer server([](const HttpExchange&) { return HttpReply{200, "{}", 60'000}; });
  Lookup lookup("http", {Item("url", server.Url())}, 50 * kNsPerMs);
  const enrich::Answer answer = lookup.Ask(std::string("ana"))->Take();
  EXPECT_EQ(answer.outcome, enrich::Outcome::Timeout);
  EXPECT_GE(answer.latency_ms, 50);
}

TEST(Http, NobodyThereIsAnError) {
  Lookup lookup("http", {Item("url", "http://127.0.0.1:" + std::to_string(FreePort()))});
  EXPECT_THAT(lookup.Find(std::string("ana")), StartsWith("error: "));
}

TEST(Http, AnAnswerHasABound) {
  HttpServer server([](const HttpExchange&) {
    return HttpReply{200, std::string(limits::kMaxAnswerBytes + 1, ' ')};
  });
  Lookup lookup("http", {Item("url", server.Url())});
  EXPECT_EQ(lookup.Find(std::string("ana")), "error: the answer is too long");
}

TEST(Http, ManyAreAskedAtOnceOverConnectionsThatStay) {
  HttpServer server([](const HttpExchange&) { return HttpReply{200, "{}", 20}; });
  Lookup lookup("http", {Item("url", server.Url())});
  std::vector<std::shared_ptr<enrich::Pending>> pending;
  for (int64_t i = 0; i < 200; ++i) pending.push_back(lookup.Ask(i));
  for (const auto& one : pending) EXPECT_EQ(one->Take().outcome, enrich::Outcome::Ok);
  EXPECT_GT(server.most_at_once(), 4u);
  EXPECT_LE(server.most_at_once(), limits::kMaxLookupsInFlight);
  EXPECT_LE(server.connections(), limits::kMaxLookupsInFlight);
  EXPECT_EQ(server.seen().size(), 200u);
}

TEST(Http, AServerThatGoesAwayIsAnError) {
  auto server = std::make_unique<HttpServer>(Echo);
  Lookup lookup("http", {Item("url", server->Url())});
  EXPECT_THAT(lookup.Find(std::string("a")), Not(StartsWith("error")));
  server.reset();
  EXPECT_THAT(lookup.Find(std::string("a")), StartsWith("error"));
}

TEST(Http, AKindWithoutDriverSaysSo) {
  Lookup lookup("mysql", {Item("url", "mysql://x/"), Item("query", "SELECT 1")});
  ASSERT_EQ(lookup.problems().size(), 1u);
  EXPECT_EQ(lookup.Find(std::string("a")), "error: " + lookup.problems()[0]);
}

}  // namespace
}  // namespace varpulis::testing
