// Web sockets (operations.md 4.6): conversations, and what clients do that are none.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/folder.h"
#include "tests/server/server_process.h"
#include "tests/server/socket_client.h"

namespace varpulis::server_test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

constexpr const char* kHot = "stream Hot = Reading .where(value > 95) .emit(value: value)\n";

class Socket : public ::testing::Test {
 protected:
  Socket() {
    folder_.Write("hot.vpl", kHot);
    folder_.Write("bad.vpl", "stream Hot = Reading .where(\n");
  }
  static Json LoadFile(SocketClient& client, const std::string& path) {
    return client.Ask({{"type", "load_file"}, {"path", path}});
  }
  static Json Inject(SocketClient& client, int value, const Json& more = Json::object()) {
    Json message = {
        {"type", "inject_event"}, {"event_type", "Reading"}, {"data", {{"value", value}}}};
    message.update(more);
    client.Send(message.dump());
    return client.ReadType("event_injected");
  }

  Folder folder_;
  ServerProcess server_{{"--workdir", folder_.path()}};
};

TEST_F(Socket, a_program_is_loaded_fed_and_watched) {
  SocketClient client(server_.port());
  ASSERT_EQ(client.answer().status, 101);
  // The value that RFC 6455 gives for this key.
  EXPECT_EQ(client.answer().header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_FALSE(client.answer().header("x-request-id").empty());
  const Json loaded = LoadFile(client, "hot.vpl");
  EXPECT_EQ(loaded["type"], "load_result");
  EXPECT_EQ(loaded["success"], true);
  EXPECT_EQ(loaded["streams_loaded"], 1);
  EXPECT_TRUE(loaded["error"].is_null());
  EXPECT_EQ(Inject(client, 90), Json::parse(R"({"type":"event_injected","event_type":"Reading",
                                                "success":true})"));
  client.Send(R"({"type":"inject_event","event_type":"Reading","timestamp":5,
                  "data":{"value":96}})");
  const Json output = client.ReadType("output_event");
  EXPECT_EQ(output["event_type"], "Hot");
  EXPECT_EQ(output["data"], (Json{{"value", 96}}));
  EXPECT_EQ(output["timestamp"], "1970-01-01T00:00:00.005Z");
  EXPECT_EQ(output["pipeline_id"], loaded["pipeline_id"]);
}

TEST_F(Socket, another_program_takes_the_place_of_the_one_loaded_before) {
  SocketClient client(server_.port());
  const std::string first = LoadFile(client, "hot.vpl")["pipeline_id"];
  const Json refused = LoadFile(client, "bad.vpl");
  EXPECT_EQ(refused["success"], false);
  EXPECT_EQ(refused["streams_loaded"], 0);
  EXPECT_THAT(refused["error"].get<std::string>(), HasSubstr("line"));
  EXPECT_EQ(server_.Call("GET", "/api/v1/pipelines/" + first).status, 200);
  const std::string second = LoadFile(client, "hot.vpl")["pipeline_id"];
  EXPECT_NE(first, second);
  EXPECT_EQ(server_.Call("GET", "/api/v1/pipelines/" + first).status, 404);
  EXPECT_EQ(server_.Call("GET", "/api/v1/pipelines").json()["total"], 1);
}

TEST_F(Socket, files_outside_of_the_work_directory_do_not_exist) {
  SocketClient client(server_.port());
  std::filesystem::create_symlink("/etc/passwd", folder_.path() + "/link.vpl");
  const std::string missing = LoadFile(client, "none.vpl")["error"];
  for (const char* path : {"../../etc/passwd", "/etc/passwd", "link.vpl", "", "."}) {
    const Json answer = LoadFile(client, path);
    EXPECT_EQ(answer["success"], false) << path;
    EXPECT_EQ(answer["error"], missing) << path;
  }
}

TEST_F(Socket, streams_and_metrics_are_real_figures) {
  SocketClient client(server_.port());
  folder_.Write(
      "two.vpl",
      std::string(kHot) + "stream Pair = Hot as a -> Other as b .within(1m) .emit(v: a.value)\n");
  LoadFile(client, "two.vpl");
  for (int i = 0; i < 10; ++i) Inject(client, i);
  // What streams have done is told a little later than what requests have.
  Json streams;
  double rate = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (rate == 0 && std::chrono::steady_clock::now() < end) {
    client.Send(R"({"type":"get_streams"})");
    streams = client.ReadType("streams")["data"];
    ASSERT_EQ(streams.size(), 2u);
    rate = streams[0]["events_per_second"].get<double>();
  }
  EXPECT_EQ(streams[0]["name"], "Hot");
  EXPECT_EQ(streams[0]["source"], "Reading");
  EXPECT_EQ(streams[0]["operations"], (Json{"select", "emit"}));
  EXPECT_GT(rate, 0);
  EXPECT_EQ(streams[0]["status"], "running");
  EXPECT_EQ(streams[1]["source"], "Hot, Other");
  EXPECT_EQ(streams[1]["operations"][0], "pattern");
  client.Send(R"({"type":"get_metrics"})");
  const Json metrics = client.ReadType("metrics");
  EXPECT_EQ(metrics["events_processed"], 10);
  EXPECT_EQ(metrics["output_events_emitted"], 0);
  EXPECT_EQ(metrics["active_streams"], 2);
  EXPECT_GT(metrics["uptime"].get<double>(), 0);
  EXPECT_GT(metrics["memory_usage"].get<uint64_t>(), 1'000'000u);
  EXPECT_GE(metrics["cpu_usage"].get<double>(), 0);
}

TEST_F(Socket, topics_show_outputs_of_other_pipelines_and_of_later_ones) {
  SocketClient client(server_.port());
  const std::string id = server_.Deploy(kHot);
  EXPECT_EQ(client.Ask({{"type", "subscribe"}, {"topics", {"output_events", "metrics"}}}),
            (Json{{"type", "subscribed"}, {"topics", {"metrics", "output_events"}}}));
  server_.Inject(id, R"({"event_type":"Reading","fields":{"value":97}})");
  EXPECT_EQ(client.ReadType("output_event")["data"]["value"], 97);
  const std::string later = server_.Deploy(kHot);
  server_.Inject(later, R"({"event_type":"Reading","fields":{"value":98}})");
  EXPECT_EQ(client.ReadType("metrics")["output_events_emitted"], 2);
  const Json output = client.ReadType("output_event");
  EXPECT_EQ(output["data"]["value"], 98);
  EXPECT_EQ(output["pipeline_id"], later);
  client.Send(R"({"type":"unsubscribe","topics":["output_events","metrics"]})");
  EXPECT_EQ(client.ReadType("subscribed")["topics"], Json::array());
  // Addressed, as there is no program of this connection.
  EXPECT_EQ(Inject(client, 99, {{"pipeline_id", id}})["success"], true);
}

TEST_F(Socket, what_is_no_request_is_an_error_and_the_conversation_goes_on) {
  SocketClient client(server_.port());
  const auto error = [&](const std::string& message) {
    client.Send(message);
    const Json answer = client.Read();
    EXPECT_EQ(answer.value("type", ""), "error") << message;
    return answer.value("message", "");
  };
  EXPECT_EQ(error(R"({"type":"dance"})"), "Unknown message type");
  EXPECT_EQ(error(R"({"type":5})"), "Unknown message type");
  EXPECT_EQ(error("{}"), "Unknown message type");
  EXPECT_THAT(error("no json"), HasSubstr("JSON"));
  EXPECT_THAT(error("[]"), HasSubstr("JSON"));
  EXPECT_THAT(error(std::string(100'000, '[')), HasSubstr("JSON"));
  EXPECT_THAT(error(R"({"type":"inject_event","event_type":"A"})"), HasSubstr("load a file"));
  EXPECT_THAT(error(R"({"type":"inject_event","event_type":"A","pipeline_id":"none"})"),
              HasSubstr("load a file"));
  EXPECT_THAT(error(R"({"type":"subscribe"})"), HasSubstr("topics"));
  EXPECT_THAT(error(R"({"type":"subscribe","topics":["x"]})"), HasSubstr("no topic"));
  LoadFile(client, "hot.vpl");
  EXPECT_NE(error(R"({"type":"inject_event","event_type":"","data":{}})"), "");
  EXPECT_NE(error(R"({"type":"inject_event","event_type":"A","data":5})"), "");
  EXPECT_EQ(Inject(client, 1)["success"], true);
}

TEST_F(Socket, frames_are_bounded_and_checked) {
  SocketClient large(server_.port());
  large.Send(std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(large.ReadFrame().close_code(), 1009);
  // In pieces, none of which is too large.
  SocketClient pieces(server_.port());
  pieces.SendFrame(kTextFrame, std::string(700'000, ' '), true, false);
  pieces.SendFrame(0, std::string(700'000, ' '));
  EXPECT_EQ(pieces.ReadFrame().close_code(), 1009);
  SocketClient unmasked(server_.port());
  unmasked.SendFrame(kTextFrame, "{}", false);
  EXPECT_EQ(unmasked.ReadFrame().close_code(), 1002);
  SocketClient garbage(server_.port());
  garbage.SendBytes("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(garbage.ReadFrame().close_code(), 1002);
  SocketClient no_text(server_.port());
  no_text.SendFrame(kTextFrame, "\xff\xfe");
  EXPECT_EQ(no_text.ReadFrame().close_code(), 1007);
  // The largest that is allowed is read.
  SocketClient most(server_.port());
  most.Send("{}" + std::string((1 << 20) - 2, ' '));
  EXPECT_EQ(most.Read().value("message", ""), "Unknown message type");
  SocketClient pinged(server_.port());
  pinged.SendFrame(kPingFrame, "hello");
  EXPECT_EQ(pinged.ReadFrame().payload, "hello");
  pinged.SendFrame(kCloseFrame, std::string("\x03\xe8", 2));
  EXPECT_EQ(pinged.ReadFrame().close_code(), 1000);
}

TEST_F(Socket, a_client_may_send_ahead_and_leave_at_any_time) {
  for (int i = 0; i < 20; ++i) {
    SocketClient client(server_.port());
    for (int k = 0; k < i; ++k) client.Send(R"({"type":"load_file","path":"hot.vpl"})");
  }
  SocketClient client(server_.port());
  for (int i = 0; i < 50; ++i) client.Send(R"({"type":"get_metrics"})");
  client.Send(R"({"type":"dance"})");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.Read()["type"], "metrics");
  EXPECT_EQ(client.Read()["type"], "error");
}

TEST_F(Socket, a_request_that_is_no_upgrade_is_told) {
  const Answer plain = server_.Call("GET", "/ws");
  EXPECT_EQ(plain.status, 400);
  EXPECT_EQ(plain.code(), "invalid_request");
  EXPECT_EQ(plain.header("upgrade"), "websocket");
  EXPECT_EQ(server_.Call("POST", "/ws").status, 405);
  Client old(server_.port());
  old.SendRequest("GET", "/ws", "",
                  {"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 8",
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="});
  const Answer refused = old.ReadHead();
  EXPECT_EQ(refused.status, 426);
  EXPECT_EQ(refused.header("sec-websocket-version"), "13");
}

TEST_F(Socket, a_server_that_stops_says_goodbye) {
  SocketClient client(server_.port());
  EXPECT_EQ(client.Ask({{"type", "get_metrics"}})["type"], "metrics");
  server_.Signal(SIGTERM);
  const Frame goodbye = client.ReadFrame();
  EXPECT_EQ(goodbye.close_code(), 1001);
  client.SendFrame(kCloseFrame, goodbye.payload);
  EXPECT_EQ(server_.Wait(), 0) << server_.output();
}

TEST(SocketAccess, needs_the_key_in_a_header_or_in_the_query) {
  const ServerProcess server({"--api-key", "secret"});
  EXPECT_EQ(SocketClient(server.port()).answer().status, 401);
  EXPECT_EQ(SocketClient(server.port(), "?api_key=wrong").answer().status, 401);
  EXPECT_EQ(SocketClient(server.port(), "?api_key=secret").answer().status, 101);
  EXPECT_EQ(SocketClient(server.port(), "?token=secret").answer().status, 101);
  EXPECT_EQ(SocketClient(server.port(), "", {"x-api-key: secret"}).answer().status, 101);
  EXPECT_EQ(SocketClient(server.port(), "", {"Authorization: Bearer"}).answer().status, 400);
}

}  // namespace
}  // namespace varpulis::server_test
