#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/live/http_server.h"
#include "tests/server/server_process.h"

// Programs with connectors: what goes out, what comes in, and what becomes of what does not.

namespace varpulis::server_test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpReply;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A service that takes what is posted, or does not.
class Hook {
 public:
  Hook() : server_([this](const HttpExchange&) -> HttpReply { return {status_.load(), ""}; }) {}
  std::string url() const { return server_.Url("/hook"); }
  void set_status(int status) { status_ = status; }
  std::vector<std::string> bodies() const {
    std::vector<std::string> bodies;
    for (const HttpExchange& exchange : server_.seen()) bodies.push_back(exchange.body);
    return bodies;
  }
  void Await(size_t count) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (server_.seen().size() < count && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_GE(server_.seen().size(), count);
  }

 private:
  std::atomic<int> status_ = 200;
  testing::HttpServer server_;
};

class Connectors : public ::testing::Test {
 protected:
  Connectors() {
    std::string name = "/tmp/varpulis-connectors-test-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Connectors() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> ServerArguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> all = {"--workdir", folder_.string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static std::string Program(const Hook& hook, const std::string& more = "max_retries: 0") {
    return fmt::format(
        "connector Hook = http(url: \"{}\", {})\n"
        "stream Hot = Reading .where(value > 95) .emit(value: value) .to(Hook)\n",
        hook.url(), more);
  }
  static void Inject(const ServerProcess& server, const std::string& id, int from, int to) {
    Json events = Json::array();
    for (int n = from; n <= to; ++n)
      events.push_back({{"event_type", "Reading"}, {"fields", {{"value", n}}}});
    const Answer answer = server.Call("POST", "/api/v1/pipelines/" + id + "/events-batch",
                                      Json({{"events", events}}).dump());
    EXPECT_EQ(answer.status, 200) << answer.body;
  }
  static Json Sink(const ServerProcess& server, const std::string& id) {
    return server.Call("GET", "/api/v1/pipelines/" + id + "/metrics").json()["sinks"].at(0);
  }
  // Until a number of the sink has come that far.
  static void AwaitSink(const ServerProcess& server, const std::string& id, const char* name,
                        uint64_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (Sink(server, id)[name] < count && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(Sink(server, id)[name], count);
  }
  std::vector<Json> DeadLetters() const {
    std::ifstream in(folder_ / "varpulis-dlq.jsonl");
    std::vector<Json> letters;
    for (std::string line; std::getline(in, line);) letters.push_back(Json::parse(line));
    return letters;
  }

  std::filesystem::path folder_;
};

TEST_F(Connectors, outputs_are_posted_in_order) {
  const Hook hook;
  ServerProcess server(ServerArguments());
  const std::string id = server.Deploy(Program(hook));
  Inject(server, id, 90, 105);
  hook.Await(10);
  const std::vector<std::string> bodies = hook.bodies();
  ASSERT_THAT(bodies, SizeIs(10));
  for (int n = 0; n < 10; ++n) {
    EXPECT_THAT(bodies[static_cast<size_t>(n)],
                HasSubstr("{\"event_type\":\"Hot\",\"timestamp\":"));
    EXPECT_THAT(bodies[static_cast<size_t>(n)], HasSubstr(fmt::format("\"value\":{}}}", 96 + n)));
  }
  AwaitSink(server, id, "successes_total", 10);
  EXPECT_EQ(server.Call("GET", "/api/v1/pipelines/" + id).json()["connectors"].dump(),
            R"([{"name":"Hook","type":"http","connected":true}])");
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

// A67, A68, A72 to A74 of the operations contract.
TEST_F(Connectors, a_failing_sink_opens_its_circuit_and_nothing_is_lost) {
  Hook hook;
  hook.set_status(500);
  ServerProcess server(ServerArguments({"--metrics"}));
  const std::string id = server.Deploy(Program(hook));
  Inject(server, id, 96, 103);
  AwaitSink(server, id, "rejections_total", 3);
  EXPECT_THAT(hook.bodies(), SizeIs(5));
  EXPECT_EQ(Sink(server, id).dump(),
            R"({"name":"Hook","circuit":"open","failures_total":5,"successes_total":0,)"
            R"("rejections_total":3})");
  const std::vector<Json> letters = DeadLetters();
  ASSERT_THAT(letters, SizeIs(8));
  EXPECT_EQ(letters[0]["connector"], "Hook");
  EXPECT_EQ(letters[0]["error"], "HTTP status 500");
  EXPECT_EQ(letters[0]["event"]["event_type"], "Hot");
  EXPECT_EQ(letters[0]["event"]["data"].dump(), R"({"value":96})");
  EXPECT_EQ(letters[0]["tenant_id"], "default");
  EXPECT_EQ(letters[0]["pipeline_id"], id);
  EXPECT_EQ(letters[7]["error"], "circuit breaker open");
  EXPECT_TRUE(server.WaitForOutput("Circuit breaker opened"));
  const std::string output = server.output();
  EXPECT_THAT(output, HasSubstr(" WARN varpulis_runtime::circuit_breaker: Circuit breaker opened "
                                "connector=Hook pipeline_id="));
  EXPECT_THAT(output, HasSubstr(" WARN varpulis_runtime::dead_letter: DLQ write connector=Hook"));
  EXPECT_EQ(output.find("Circuit breaker opened"), output.rfind("Circuit breaker opened"));
  const std::string metrics = server.Metrics();
  for (const char* line :
       {"varpulis_sink_events_total{connector=\"Hook\",result=\"failed\"} 5",
        "varpulis_sink_events_total{connector=\"Hook\",result=\"rejected\"} 3",
        "varpulis_circuit_breaker_state{connector=\"Hook\"} 2",
        "varpulis_circuit_breaker_transitions_total{connector=\"Hook\",to=\"open\"} 1",
        "varpulis_dlq_events_total{connector=\"Hook\"} 8",
        "varpulis_connector_healthy{connector=\"Hook\",connector_type=\"http\"} 0"})
    EXPECT_THAT(metrics, HasSubstr(line));
}

TEST_F(Connectors, one_probe_closes_the_circuit) {
  Hook hook;
  hook.set_status(500);
  ServerProcess server(ServerArguments());
  const std::string id =
      server.Deploy(Program(hook, "max_retries: 0, failure_threshold: 1, reset_timeout: 300ms"));
  Inject(server, id, 100, 100);
  AwaitSink(server, id, "failures_total", 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(350));
  Inject(server, id, 101, 110);  // the probe fails: one request
  AwaitSink(server, id, "rejections_total", 9);
  EXPECT_THAT(hook.bodies(), SizeIs(2));
  hook.set_status(200);
  std::this_thread::sleep_for(std::chrono::milliseconds(350));
  Inject(server, id, 111, 111);
  AwaitSink(server, id, "successes_total", 1);
  EXPECT_EQ(Sink(server, id)["circuit"], "closed");
  Inject(server, id, 112, 113);
  AwaitSink(server, id, "successes_total", 3);
  EXPECT_TRUE(server.WaitForOutput("Circuit breaker closed"));
}

TEST_F(Connectors, dead_letters_are_listed_sent_again_and_thrown_away) {
  Hook hook;
  hook.set_status(404);
  ServerProcess server(ServerArguments());
  const std::string id = server.Deploy(Program(hook, "failure_threshold: 100"));
  Inject(server, id, 101, 105);
  AwaitSink(server, id, "failures_total", 5);
  EXPECT_THAT(hook.bodies(), SizeIs(5));  // what is refused is not tried again

  Json list = server.Call("GET", "/api/v1/dlq?connector=Hook&limit=2&offset=1").json();
  EXPECT_EQ(list["total"], 5);
  ASSERT_THAT(list["entries"], SizeIs(2));
  EXPECT_EQ(list["entries"][0]["event"]["data"]["value"], 102);
  EXPECT_TRUE(list["pagination"]["has_more"]);
  EXPECT_EQ(server.Call("GET", "/api/v1/dlq?connector=Other").json()["total"], 0);
  EXPECT_EQ(server.Call("GET", "/api/v1/dlq?since=never").status, 400);

  Json replay = server.Call("POST", "/api/v1/dlq/replay", R"({"limit":2})").json();
  EXPECT_EQ(replay.dump(), R"({"replayed":0,"failed":2,"remaining":5})");
  hook.set_status(200);
  replay = server.Call("POST", "/api/v1/dlq/replay", R"({"connector":"Hook","limit":3})").json();
  EXPECT_EQ(replay.dump(), R"({"replayed":3,"failed":0,"remaining":2})");
  EXPECT_EQ(hook.bodies().back(), hook.bodies()[2]);  // the same bytes
  EXPECT_THAT(DeadLetters(), SizeIs(2));

  const CommandRun listed = RunCommand({"dlq", "list", "--server", server.url()});
  EXPECT_EQ(std::count(listed.output.begin(), listed.output.end(), '\n'), 3) << listed.output;
  EXPECT_THAT(listed.output, HasSubstr("2 of 2 dead letters"));
  const CommandRun sent = RunCommand({"dlq", "replay", "--limit", "1", "--server", server.url()});
  EXPECT_EQ(sent.output, "Replayed: 1\nFailed: 0\nRemaining: 1\n");
  const CommandRun purged =
      RunCommand({"dlq", "purge", "--connector", "Hook", "--server", server.url()});
  EXPECT_EQ(purged.output, "Purged: 1\n");
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

// A75 and decision E16: the file's events are a batch, which reaches the sink and not the program.
TEST_F(Connectors, dead_letters_are_a_batch_for_their_sinks) {
  Hook hook;
  hook.set_status(500);
  ServerProcess server(ServerArguments());
  const std::string id = server.Deploy(Program(hook, "max_retries: 0, failure_threshold: 100"));
  Inject(server, id, 101, 102);
  AwaitSink(server, id, "failures_total", 2);
  Json events = Json::array();
  for (const Json& letter : DeadLetters()) events.push_back(letter["event"]);
  events.push_back({{"event_type", "Reading"}, {"fields", {{"value", 99}}}});
  hook.set_status(200);
  const Json answer = server
                          .Call("POST", "/api/v1/pipelines/" + id + "/events-batch",
                                Json({{"events", events}}).dump())
                          .json();
  EXPECT_EQ(answer["accepted"], 3);
  EXPECT_EQ(answer["output_events"].size(), 1u);
  hook.Await(5);
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_EQ(server.Call("GET", "/api/v1/pipelines/" + id + "/metrics").json()["events_processed"],
            3);
}

TEST_F(Connectors, lines_of_a_file_come_in_and_outputs_go_to_another) {
  ServerProcess server(ServerArguments());
  std::ofstream(folder_ / "in.jsonl") << R"({"event_type":"Reading","value":99})"
                                         "\n"
                                      << "nonsense\n"
                                      << R"({"value":100,"timestamp":"2026-01-01T00:00:00Z"})"
                                         "\n";
  const std::string id = server.Deploy(
      "connector In = file(path: \"in.jsonl\")\nconnector Out = file(path: \"out.jsonl\")\n"
      "stream Hot = Reading.from(In) .where(value > 95) .emit(value: value) .to(Out)\n");
  AwaitSink(server, id, "successes_total", 2);
  std::ifstream out(folder_ / "out.jsonl");
  std::string first, second;
  std::getline(out, first);
  std::getline(out, second);
  EXPECT_THAT(first, HasSubstr(R"("value":99})"));
  EXPECT_EQ(second, R"({"event_type":"Hot","timestamp":"2026-01-01T00:00:00Z","value":100})");
  const std::vector<Json> letters = DeadLetters();
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0]["connector"], "In");
  EXPECT_EQ(letters[0]["event"]["data"]["payload"], "nonsense");
  // Its lines are not for any sink.
  EXPECT_EQ(server.Call("POST", "/api/v1/dlq/replay").json().dump(),
            R"({"replayed":0,"failed":1,"remaining":1})");
  // A pause stops reading, and what was added meanwhile is not lost.
  EXPECT_EQ(server.Call("POST", "/api/v1/pipelines/" + id + "/pause").status, 200);
  std::ofstream(folder_ / "in.jsonl", std::ios::app) << R"({"value":101})"
                                                        "\n";
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(Sink(server, id)["successes_total"], 2);
  EXPECT_EQ(server.Call("POST", "/api/v1/pipelines/" + id + "/resume").status, 200);
  AwaitSink(server, id, "successes_total", 3);
  EXPECT_EQ(server.Call("DELETE", "/api/v1/pipelines/" + id).status, 200);
  std::ofstream(folder_ / "in.jsonl", std::ios::app) << R"({"value":102})"
                                                        "\n";
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(server.Call("GET", "/api/v1/usage").json()["events_processed"], 3);
}

TEST_F(Connectors, a_service_that_is_away_does_not_keep_a_program_from_running) {
  ServerProcess server(ServerArguments());
  const std::string id =
      server.Deploy(fmt::format("connector Mq = mqtt(host: \"127.0.0.1\", port: {})\n"
                                "stream S = E.from(Mq, topic: \"t\") .emit(n: n)\n",
                                testing::FreePort()));
  EXPECT_TRUE(server.WaitForOutput("Connector not connected"));
  const Json info = server.Call("GET", "/api/v1/pipelines/" + id).json();
  EXPECT_EQ(info["status"], "running");
  EXPECT_FALSE(info["connectors"][0]["connected"]);
  EXPECT_THAT(std::string(info["connectors"][0]["last_error"]), HasSubstr("Connection refused"));
  EXPECT_EQ(
      server.Inject(id, R"({"event_type":"E","fields":{"n":1}})").json()["output_events"].size(),
      1u);
}

TEST_F(Connectors, parameters_without_sense_are_no_program) {
  ServerProcess server(ServerArguments());
  const Answer answer = server.Call(
      "POST", "/api/v1/pipelines",
      Json({{"name", "x"},
            {"source", "connector H = http(url: \"ftp://h/\")\nstream S = E .emit(n: n) .to(H)\n"}})
          .dump());
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("connector H: url must begin with http:// or https://"));
  EXPECT_EQ(server.Call("GET", "/api/v1/pipelines").json()["total"], 0);
}

TEST_F(Connectors, what_has_no_driver_is_dead_lettered_by_name) {
  ServerProcess server(ServerArguments());
  const std::string id = server.Deploy(
      "connector R = amqp(url: \"amqp://h\")\nstream S = E .emit(n: n) .to(R, topic: \"q\")\n");
  server.Inject(id, R"({"event_type":"E","fields":{"n":1}})");
  AwaitSink(server, id, "failures_total", 1);
  const std::vector<Json> letters = DeadLetters();
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0]["connector"], "R::q");
  EXPECT_EQ(letters[0]["error"], "this build has no driver for .to of connector kind `amqp`");
}

TEST_F(Connectors, an_end_delivers_what_waits_and_keeps_the_rest) {
  Hook hook;
  ServerProcess server(ServerArguments());
  const std::string id = server.Deploy(Program(hook));
  Inject(server, id, 101, 300);
  EXPECT_EQ(server.Stop(), 0);
  EXPECT_EQ(hook.bodies().size() + DeadLetters().size(), 200u);
}

TEST_F(Connectors, a_sink_that_cannot_keep_up_makes_its_pipeline_wait_and_no_other) {
  const testing::HttpServer slow([](const HttpExchange&) -> HttpReply { return {200, "", 50}; });
  ServerProcess server(ServerArguments({"--max-queue-depth", "1000"}));
  const std::string id = server.Deploy(fmt::format(
      "connector Hook = http(url: \"{}\")\nstream S = E .emit(n: n) .to(Hook)\n", slow.Url()));
  std::string batch = "{\"events\":[";
  for (int i = 0; i < 4'000; ++i)
    batch += fmt::format("{}{{\"event_type\":\"E\",\"fields\":{{\"n\":{}}}}}", i > 0 ? "," : "", i);
  batch += "]}";
  const std::string path = "/api/v1/pipelines/" + id;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(server.Call("POST", path + "/events-batch", batch).status, 200);
  // More outputs wait now than may: the next batch is admitted, and has no turn.
  Client client(server.port());
  client.SendRequest("POST", path + "/events-batch", batch);
  while (server.Call("GET", path + "/metrics").json()["queue_size"] == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Answer refused = server.Call("POST", path + "/events-batch", batch);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "queue_full");
  const std::string other = server.Deploy("stream T = F .emit(n: n)\n");
  EXPECT_EQ(server.Inject(other, R"({"event_type":"F","fields":{"n":1}})").status, 200);
}

}  // namespace
}  // namespace varpulis::server_test
