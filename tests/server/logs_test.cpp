#include <memory>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/server_process.h"

namespace varpulis::server_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Logs : public ::testing::Test {
 protected:
  Logs() {
    id_ = server_.Deploy("stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)");
    path_ = "/api/v1/pipelines/" + id_;
  }

  // A reader that misses nothing from now on.
  std::unique_ptr<Client> Open(const std::vector<std::string>& headers = {}) {
    auto client = std::make_unique<Client>(server_.port());
    client->SendRequest("GET", path_ + "/logs", "", headers);
    const Answer head = client->ReadHead();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-type"), "text/event-stream");
    EXPECT_EQ(head.header("cache-control"), "no-cache");
    EXPECT_EQ(head.header("x-accel-buffering"), "no");
    client->ReadUntil(":\n\n");
    return client;
  }
  void Inject(int value) {
    EXPECT_EQ(
        server_
            .Inject(id_, fmt::format(
                             R"({{"event_type":"Reading","timestamp":5,"fields":{{"value":{}}}}})",
                             value))
            .status,
        200);
  }

  ServerProcess server_;
  std::string id_;
  std::string path_;
};

TEST_F(Logs, every_output_is_a_message_with_a_number) {
  const auto reader = Open();
  Inject(90);
  Inject(96);
  Inject(97);
  const std::string text = reader->ReadUntil("\"value\":97}}\n\n");
  EXPECT_THAT(text, HasSubstr("id: 1\ndata: {\"event_type\":\"Alert\",\"timestamp\":"
                              "\"1970-01-01T00:00:00.005Z\",\"data\":{\"value\":96}}\n\n"));
  EXPECT_THAT(text, HasSubstr("id: 2\n"));
}

TEST_F(Logs, a_reader_that_comes_back_goes_on_where_it_was) {
  Inject(96);
  Inject(97);
  Inject(98);
  const std::string text = Open({"Last-Event-ID: 1"})->ReadUntil("\"value\":98");
  EXPECT_THAT(text, Not(HasSubstr("\"value\":96")));
  EXPECT_THAT(text, HasSubstr("id: 2\n"));
  // What is no number is passed over: such a reader starts with what comes next.
  const auto fresh = Open({"Last-Event-ID: x"});
  Inject(99);
  EXPECT_THAT(fresh->ReadUntil("\"value\":99"), Not(HasSubstr("\"value\":98")));
}

TEST_F(Logs, who_was_away_too_long_learns_how_much_is_missing) {
  std::string events;
  for (int i = 0; i < 300; ++i)
    events += std::string(i > 0 ? "," : "") + R"({"event_type":"Reading","fields":{"value":96}})";
  server_.Call("POST", path_ + "/events-batch", "{\"events\":[" + events + "]}");
  const std::string text = Open({"Last-Event-ID: 10"})->ReadUntil("id: 300\n");
  EXPECT_THAT(text,
              HasSubstr("event: warning\ndata: {\"warning\":\"skipped 34 events\"}\n\nid: 45\n"));
}

TEST_F(Logs, a_deleted_pipeline_ends_them) {
  const auto reader = Open();
  EXPECT_EQ(server_.Call("DELETE", path_).status, 200);
  EXPECT_THAT(reader->ReadUntil("\r\n0\r\n\r\n"), HasSubstr("event: end\n"));
}

TEST_F(Logs, a_server_that_stops_ends_them) {
  const auto reader = Open();
  EXPECT_EQ(server_.Stop(), 0) << server_.output();
  EXPECT_THAT(reader->ReadUntil("0\r\n\r\n"), HasSubstr(": the server stops\n"));
}

TEST_F(Logs, a_reader_that_is_gone_is_forgotten) {
  for (int i = 0; i < 20; ++i) Open();
  for (int i = 0; i < 20; ++i) Inject(96);
  EXPECT_EQ(server_.Call("GET", path_ + "/metrics").json()["output_events_emitted"], 20);
}

TEST_F(Logs, of_nobodys_pipeline_there_are_none) {
  EXPECT_EQ(server_.Call("GET", "/api/v1/pipelines/nobody/logs").status, 404);
  Client head(server_.port());
  head.SendRequest("HEAD", path_ + "/logs");
  EXPECT_EQ(head.ReadHead().status, 200);
}

}  // namespace
}  // namespace varpulis::server_test
