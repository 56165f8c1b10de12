#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/server_process.h"

// What falls due without an event. Nothing sleeps: the log of a pipeline is read until the output is there. Deadlines
// within which the test itself has to do something are longer than a busy machine needs.

namespace varpulis::server_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LiveTime : public ::testing::Test {
 protected:
  // The rest of the pipeline's log, from its beginning, up to the text.
  std::string LogUntil(const std::string& id, const std::string& text) const {
    Client client(server_.port());
    client.SendRequest("GET", "/api/v1/pipelines/" + id + "/logs", "", {"Last-Event-ID: 0"});
    EXPECT_EQ(client.ReadHead().status, 200);
    return client.ReadUntil(text);
  }
  void Inject(const std::string& id, const std::string& type, int64_t timestamp_ms,
              const std::string& fields) const {
    const std::string event = fmt::format(R"({{"event_type":"{}","timestamp":{},"fields":{{{}}}}})",
                                          type, timestamp_ms, fields);
    EXPECT_EQ(server_.Inject(id, event).status, 200);
  }

  ServerProcess server_{{"--idle-grace", "200ms"}};
};

// Events have the times that they say, long ago, and age all the same.
TEST_F(LiveTime, an_absence_is_confirmed_without_an_event) {
  const std::string id = server_.Deploy(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 1500ms\n"
      "stream Late = Quiet .emit(id: r.id)\n");
  Inject(id, "Req", 1000, R"("id":1)");
  Inject(id, "Req", 1001, R"("id":2)");
  Inject(id, "Ack", 1002, R"("id":1)");
  const std::string log = LogUntil(id, R"("id":2})");
  EXPECT_THAT(log, HasSubstr(R"("event_type":"Late","timestamp":"1970-01-01T00:00:02.501Z")"));
  EXPECT_THAT(log, Not(HasSubstr(R"("id":1})")));
}

TEST_F(LiveTime, windows_and_sessions_close_and_reach_other_streams) {
  const std::string id = server_.Deploy(
      "stream W = A .window(1500ms) .aggregate(n: count()) .emit(n: n)\n"
      "stream G = A .window(session: 1s) .aggregate(n: count(), last: last(i)) .emit(last: "
      "last)\n"
      "stream Twice = W .where(n == 2) .emit(n: n)\n");
  Inject(id, "A", 1000, R"("i":1)");
  Inject(id, "A", 1100, R"("i":2)");
  const std::string log = LogUntil(id, R"("event_type":"Twice")");
  EXPECT_THAT(log, HasSubstr(R"("event_type":"G","timestamp":"1970-01-01T00:00:01.100Z")"));
  EXPECT_THAT(log, HasSubstr(R"("event_type":"W","timestamp":"1970-01-01T00:00:01.100Z")"));
}

TEST_F(LiveTime, timers_fire_without_any_event) {
  const std::string id = server_.Deploy(
      "stream Tick = timer(100ms) .emit(at: timestamp)\n"
      "stream Count = Tick .window(3) .aggregate(n: count()) .emit(n: n)\n");
  EXPECT_THAT(LogUntil(id, R"("event_type":"Count")"), HasSubstr(R"("event_type":"Tick")"));
}

// Outputs that no request has caused belong to none of their answers.
TEST_F(LiveTime, answers_have_their_own_outputs) {
  const std::string id = server_.Deploy(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 100ms\n"
      "stream Late = Quiet .emit(id: r.id)\n"
      "stream Seen = Other .emit(i: i)\n");
  Inject(id, "Req", 1000, R"("id":1)");
  LogUntil(id, R"("event_type":"Late")");
  const Answer answer =
      server_.Inject(id, R"({"event_type":"Other","timestamp":5000,"fields":{"i":1}})");
  EXPECT_EQ(answer.json()["output_events"].size(), 1u);
}

TEST_F(LiveTime, a_paused_pipeline_does_not_age) {
  const std::string id = server_.Deploy(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 1500ms\n"
      "stream Late = Quiet .emit(id: r.id)\n");
  Inject(id, "Req", 1000, R"("id":1)");
  const std::string path = "/api/v1/pipelines/" + id;
  ASSERT_EQ(server_.Call("POST", path + "/pause").status, 200);
  // Another pipeline is as old when its absence comes.
  const std::string other = server_.Deploy(
      "pattern Quiet = Req as r -> NOT Ack where id == r.id within 1500ms\n"
      "stream Late = Quiet .emit(id: r.id)\n");
  Inject(other, "Req", 1000, R"("id":2)");
  LogUntil(other, R"("event_type":"Late")");
  ASSERT_EQ(server_.Call("POST", path + "/resume").status, 200);
  const Answer cancelled =
      server_.Inject(id, R"({"event_type":"Ack","timestamp":1050,"fields":{"id":1}})");
  EXPECT_EQ(cancelled.status, 200);
  Inject(id, "Req", 2000, R"("id":3)");
  EXPECT_THAT(LogUntil(id, R"("id":3})"), Not(HasSubstr(R"("id":1})")));
}

TEST(LiveTimeSettings, the_grace_is_checked_and_may_be_off) {
  for (const char* wrong : {"x", "-1", "1 parsec"}) {
    const CommandRun run = RunCommand({"server", "--idle-grace", wrong});
    EXPECT_NE(run.exit_code, 0) << wrong;
    EXPECT_THAT(run.output, HasSubstr("--idle-grace"));
  }
  const ServerProcess server({}, {"VARPULIS_IDLE_GRACE=0"});
  const std::string id =
      server.Deploy("stream W = A .window(10ms) .aggregate(n: count()) .emit(n: n)\n");
  EXPECT_EQ(server.Inject(id, R"({"event_type":"A","timestamp":1000,"fields":{}})").status, 200);
  // By then another server has closed its window, and this one has not.
  const ServerProcess other({"--idle-grace", "0.01"});
  const std::string closes =
      other.Deploy("stream W = A .window(10ms) .aggregate(n: count()) .emit(n: n)\n");
  EXPECT_EQ(other.Inject(closes, R"({"event_type":"A","timestamp":1000,"fields":{}})").status, 200);
  Client client(other.port());
  client.SendRequest("GET", "/api/v1/pipelines/" + closes + "/logs", "", {"Last-Event-ID: 0"});
  EXPECT_THAT(client.ReadUntil(R"("n":1})"), HasSubstr(R"("event_type":"W")"));
  const Answer next = server.Inject(id, R"({"event_type":"A","timestamp":1009,"fields":{}})");
  EXPECT_EQ(next.json()["output_events"].size(), 0u);
}

}  // namespace
}  // namespace varpulis::server_test
