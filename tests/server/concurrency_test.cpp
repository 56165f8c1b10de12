#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/server/server_process.h"

namespace varpulis::server_test {
namespace {

const std::string kHot = "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";
const std::string kPair =
    "stream Pair = A as a -> B as b .within(5m) .where(a.u == b.u) .emit(u: a.u)";

TEST(Concurrency, fifty_connections_inject_while_others_deploy_and_delete) {
  constexpr int kClients = 50;
  constexpr int kEvents = 40;
  ServerProcess server({"--metrics"}, {"RUST_LOG=warn"});
  const std::string id = server.Deploy(kHot);
  std::atomic<int> outputs{0};
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int c = 0; c < kClients; ++c) {
    threads.emplace_back([&, c] {
      Client client(server.port());
      for (int i = 0; i < kEvents; ++i) {
        const bool hot = (c + i) % 2 == 0;
        client.SendRequest(
            "POST", "/api/v1/pipelines/" + id + "/events",
            R"({"event_type":"Reading","fields":{"value":)" + std::string(hot ? "96" : "1") + "}}");
        const Answer answer = client.ReadAnswer();
        if (answer.status != 200) {
          ++failures;
          continue;
        }
        const size_t came = answer.json()["output_events"].size();
        if (came != (hot ? 1u : 0u)) ++failures;
        outputs += static_cast<int>(came);
      }
    });
  }
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        const std::string other = server.Deploy(kPair);
        server.Inject(other, R"({"event_type":"A","fields":{"u":1}})");
        if (server.Inject(other, R"({"event_type":"B","fields":{"u":1}})")
                .json()["output_events"]
                .size() != 1)
          ++failures;
        (void)server.Metrics();
        if (server.Call("DELETE", "/api/v1/pipelines/" + other).status != 200) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(outputs, kClients * kEvents / 2);
  const auto metrics = server.Call("GET", "/api/v1/pipelines/" + id + "/metrics").json();
  EXPECT_EQ(metrics["events_processed"], kClients * kEvents);
  EXPECT_EQ(metrics["output_events_emitted"], kClients * kEvents / 2);
  EXPECT_EQ(server.Stop(), 0) << server.output();
}

TEST(Concurrency, a_batch_is_never_interleaved_with_another) {
  const ServerProcess server({}, {"RUST_LOG=warn"});
  // A pair of neighbours that come from two requests would be an output.
  const std::string id = server.Deploy(
      "stream Mixed = E as a -> E as b .strict() .within(1h) .where(a.request != b.request) "
      ".emit(first: a.last, second: b.first)");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int request = 0; request < 6; ++request) {
    threads.emplace_back([&, request] {
      std::string events;
      for (int i = 0; i < 5'000; ++i) {
        events += std::string(i > 0 ? "," : "") + R"({"event_type":"E","fields":{"request":)" +
                  std::to_string(request) + (i == 0 ? R"(,"first":true)" : R"(,"first":false)") +
                  (i == 4'999 ? R"(,"last":true}})" : R"(,"last":false}})");
      }
      const Answer answer = server.Call("POST", "/api/v1/pipelines/" + id + "/events-batch",
                                        "{\"events\":[" + events + "]}");
      const auto answered = answer.json();
      for (const auto& output : answered["output_events"]) {
        if (output["first"] != true || output["second"] != true) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(
      server.Call("GET", "/api/v1/pipelines/" + id + "/metrics").json()["output_events_emitted"],
      5);
}

}  // namespace
}  // namespace varpulis::server_test
