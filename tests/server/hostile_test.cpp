#include <csignal>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/server_process.h"

// What no honest client sends. After each the server must serve the next one.

namespace varpulis::server_test {
namespace {

const std::string kHot = "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";

class Hostile : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(server_.Call("GET", "/health").status, 200); }

  // The answer to raw bytes.
  Answer Raw(const std::string& bytes) const {
    Client client(server_.port());
    client.Send(bytes);
    return client.ReadAnswer();
  }
  std::string EventsPath() {
    if (id_.empty()) id_ = server_.Deploy(kHot);
    return "/api/v1/pipelines/" + id_ + "/events";
  }
  Answer Post(const std::string& path, const std::string& body,
              const std::vector<std::string>& headers = {}) const {
    return server_.Call("POST", path, body, headers);
  }

  ServerProcess server_;
  std::string id_;
};

TEST_F(Hostile, what_is_no_http_is_answered_400_and_closed) {
  for (const std::string bytes :
       {"\r\n\r\nnonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "G\x01T / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "GET /#x HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    Client client(server_.port());
    client.Send(bytes);
    const Answer answer = client.ReadAnswer();
    EXPECT_EQ(answer.status, 400) << bytes;
    EXPECT_EQ(answer.code(), "invalid_request") << bytes;
    EXPECT_TRUE(client.IsClosed()) << bytes;
  }
}

TEST_F(Hostile, two_ways_to_say_where_a_body_ends_are_refused) {
  const std::string head =
      "POST /api/v1/validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  for (const std::string framing :
       {"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 0x2\r\n\r\n{}"}) {
    EXPECT_EQ(Raw(head + framing).status, 400) << framing;
  }
  EXPECT_EQ(Raw("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status, 400);
  EXPECT_EQ(Raw("GET /health HTTP/1.1\r\n\r\n").status, 400);
}

TEST_F(Hostile, heads_and_urls_have_limits) {
  const auto get = [](const std::string& path, const std::string& headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
  };
  EXPECT_EQ(Raw(get("/" + std::string(9'000, 'a'), "")).status, 414);
  EXPECT_EQ(Raw(get("/" + std::string(30'000, 'a'), "")).status, 414);
  EXPECT_EQ(Raw(get("/health", "X: " + std::string(17'000, 'a') + "\r\n")).status, 431);
  std::string many;
  for (int i = 0; i < 4'000; ++i) many += fmt::format("X-{}: 1\r\n", i);
  EXPECT_EQ(Raw(get("/health", many)).status, 431);
  EXPECT_EQ(Raw(get("/health", "X: " + std::string(8'000, 'a') + "\r\n")).status, 200);
}

TEST_F(Hostile, bodies_have_limits_by_route) {
  const std::string path = EventsPath();
  const Answer announced = Post(path, std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(announced.status, 413);
  EXPECT_EQ(announced.code(), "payload_too_large");
  // A length is believed without the body being sent.
  EXPECT_EQ(
      Raw("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n").status,
      413);
  Client chunked(server_.port());
  chunked.Send("POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 17 && chunked.Send(chunk); ++i) {
  }
  EXPECT_EQ(chunked.ReadAnswer().status, 413);
  // The batch route takes more.
  EXPECT_EQ(Post(path + "-batch", "{\"events\":[" + std::string(2 << 20, ' ') + "]}").status, 200);
}

TEST_F(Hostile, chunked_bodies_and_expect_continue_are_served) {
  const std::string path = EventsPath();
  Client chunked(server_.port());
  chunked.Send("POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.Send("21\r\n{\"event_type\":\"Reading\",\"fields\":\r\n");
  chunked.Send("f;ext=1\r\n{\"value\": 96.0}\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n");
  const Answer answer = chunked.ReadAnswer();
  EXPECT_EQ(answer.status, 200) << answer.body;
  const std::string body = R"({"event_type":"Reading","fields":{"value":96}})";
  Client expecting(server_.port());
  expecting.Send(fmt::format(
      "POST {} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n", path,
      body.size()));
  EXPECT_THAT(expecting.ReadUntil("\r\n\r\n"), ::testing::StartsWith("HTTP/1.1 100 Continue"));
  expecting.Send(body);
  EXPECT_EQ(expecting.ReadAnswer().status, 200);
}

TEST_F(Hostile, pipelined_requests_are_answered_in_order) {
  Client client(server_.port());
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += fmt::format("GET /health HTTP/1.1\r\nHost: x\r\nx-request-id: r{}\r\n\r\n", i);
  client.Send(requests + "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(client.ReadAnswer().header("x-request-id"), fmt::format("r{}", i));
  EXPECT_EQ(client.ReadAnswer().status, 404);
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(Hostile, a_body_cut_off_reaches_no_engine) {
  const std::string path = EventsPath();
  {
    Client client(server_.port());
    client.Send("POST " + path +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"event_type\":\"Reading\"");
  }
  const Answer metrics = server_.Call("GET", "/api/v1/pipelines/" + id_ + "/metrics");
  EXPECT_EQ(metrics.json()["events_processed"], 0);
}

TEST_F(Hostile, other_content_types_are_refused) {
  const std::string path = EventsPath();
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    const Answer answer = Post(path, "{}", {"Content-Type: " + type});
    EXPECT_EQ(answer.status, 415) << type;
    EXPECT_EQ(answer.code(), "unsupported_media_type");
  }
  EXPECT_EQ(Post(path, "{}", {"Content-Type: Application/JSON ; charset=utf-8"}).status, 400);
}

TEST_F(Hostile, paths_lead_nowhere_else) {
  const std::string dots = "/api/v1/pipelines/" + std::string(4'000, '.');
  for (const char* path : {"/../../etc/passwd", "/api/v1/pipelines/..%2f..%2fetc",
                           "/api/v1/pipelines/%00", "/api/v1/pipelines/%zz", "//health", "/health/",
                           "/api/v1/pipelines//events", dots.c_str()}) {
    EXPECT_EQ(server_.Call("GET", path).status, 404) << path;
  }
  EXPECT_EQ(Raw("GET http://elsewhere/health HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  EXPECT_EQ(Raw("BREW /health HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);
}

TEST_F(Hostile, deeply_nested_bodies_are_refused_without_harm) {
  const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
  EXPECT_EQ(Post("/api/v1/pipelines", deep).status, 400);
  EXPECT_EQ(Post("/api/v1/pipelines", "{\"name\":" + deep + "}").status, 400);
  const std::string path = EventsPath();
  const Answer event = Post(path, "{\"event_type\":\"R\",\"fields\":{\"x\":" + deep + "}}");
  EXPECT_EQ(event.status, 422);
  EXPECT_EQ(event.code(), "event_limit_exceeded");
  EXPECT_EQ(Post(path + "-batch", "{\"events\":[" + deep + "]}").status, 400);
}

TEST_F(Hostile, programs_that_are_large_or_deep_are_refused_without_harm) {
  const auto deploy = [&](const std::string& source) {
    return Post("/api/v1/pipelines", nlohmann::json({{"name", "x"}, {"source", source}}).dump())
        .status;
  };
  EXPECT_EQ(deploy("stream X = A .where(" + std::string(50'000, '(') + "1"), 400);
  EXPECT_EQ(deploy(std::string(1, '\0') + "stream"), 400);
  EXPECT_EQ(deploy("import \"/etc/passwd\""), 422);
  EXPECT_EQ(deploy("import \"../../../../etc/passwd\""), 422);
}

TEST_F(Hostile, old_clients_and_head_requests_are_served) {
  Client old(server_.port());
  old.Send("GET /health HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.ReadAnswer().status, 200);
  EXPECT_TRUE(old.IsClosed());
  Client head(server_.port());
  head.Send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_GT(std::stoi(head.ReadHead().header("content-length")), 0);
  EXPECT_EQ(head.ReadAnswer().status, 200);
}

TEST_F(Hostile, slow_clients_hold_nobody_up_and_are_cut_off) {
  Client slow(server_.port());
  slow.Send("GET /health HTTP/1.1\r\nHo");
  EXPECT_EQ(server_.Call("GET", "/health").status, 200);
  // Ten seconds from the first byte of the head.
  EXPECT_TRUE(slow.IsClosed() || slow.IsClosed());
}

TEST_F(Hostile, many_open_connections_cost_nobody_else) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(std::make_unique<Client>(server_.port()));
    clients.back()->Send("GET /hea");
  }
  EXPECT_EQ(server_.Call("GET", "/health").status, 200);
  for (const auto& client : clients) client->Send("lth HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const auto& client : clients) EXPECT_EQ(client->ReadAnswer().status, 200);
}

TEST_F(Hostile, broken_secrets_and_bytes_above_127_do_no_harm) {
  EXPECT_EQ(Raw("GET /health HTTP/1.1\r\nHost: x\r\nx-request-id: \xff\xfe\r\n\r\n").status, 200);
  const std::string path = EventsPath();
  EXPECT_EQ(Post(path, "{\"event_type\":\"Reading\",\"fields\":{\"value\":\"\xff\"}}").status, 400);
  EXPECT_EQ(Post("/api/v1/pipelines", "{\"name\":\"\xff\",\"source\":\"x\"}").status, 400);
}

}  // namespace
}  // namespace varpulis::server_test
