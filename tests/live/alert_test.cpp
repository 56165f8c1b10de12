#include <atomic>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/enrich/alert_sender.h"
#include "tests/live/http_server.h"

namespace varpulis::testing {
namespace {

using connectors::AlertCounters;
using connectors::AlertSender;
using ::testing::HasSubstr;

// Collects the warnings of all threads.
class Warnings {
 public:
  AlertSender::Warn taker() {
    return [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
    };
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST(Alerts, ArePostedInTheirOrder) {
  HttpServer server([](const HttpExchange&) { return HttpReply{204, ""}; });
  Warnings warnings;
  AlertSender sender(warnings.taker());
  for (int i = 0; i < 20; ++i)
    sender.Send(server.Url("/hook"), "{\"n\":" + std::to_string(i) + "}");
  sender.Finish();
  const std::vector<HttpExchange> seen = server.seen();
  ASSERT_EQ(seen.size(), 20u);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(seen[static_cast<size_t>(i)].body, "{\"n\":" + std::to_string(i) + "}");
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].target, "/hook");
  EXPECT_THAT(seen[0].head, HasSubstr("Content-Type: application/json"));
  EXPECT_EQ(sender.counters().sent, 20u);
  EXPECT_TRUE(warnings.lines().empty());
}

TEST(Alerts, AFailureIsAWarningAndCounted) {
  HttpServer server([](const HttpExchange&) { return HttpReply{500, ""}; });
  Warnings warnings;
  AlertSender sender(warnings.taker());
  for (int i = 0; i < 15; ++i) sender.Send(server.Url(), "{}");
  sender.Send("http://127.0.0.1:" + std::to_string(FreePort()) + "/", "{}");
  sender.Finish();
  EXPECT_EQ(sender.counters().failed, 16u);
  EXPECT_EQ(sender.counters().sent, 0u);
  EXPECT_EQ(server.seen().size(), 15u) << "no second try";
  EXPECT_EQ(warnings.lines().size(), limits::kMaxLoggedAlerts + 1);
}

TEST(Alerts, AFullQueueDropsAndNobodyWaits) {
  std::atomic<int> delay = 60'000;
  HttpServer server([&](const HttpExchange&) { return HttpReply{200, "", delay}; });
  Warnings warnings;
  connectors::AlertBounds bounds;
  bounds.queue = 5;
  bounds.drain = 100 * kNsPerMs;
  AlertSender sender(warnings.taker(), bounds);
  for (int i = 0; i < 100; ++i) sender.Send(server.Url(), "{}");
  sender.Finish();
  const AlertCounters counters = sender.counters();
  EXPECT_EQ(counters.sent, 0u);
  EXPECT_LE(counters.failed, 1u);
  EXPECT_EQ(counters.dropped + counters.failed, 100u);
}

TEST(Alerts, AWebhookThatDoesNotAnswerCostsTheOthersNothing) {
  HttpServer dead([](const HttpExchange&) { return HttpReply{200, "", 60'000}; });
  HttpServer alive([](const HttpExchange&) { return HttpReply{200, ""}; });
  Warnings warnings;
  connectors::AlertBounds bounds;
  bounds.timeout = 50 * kNsPerMs;
  AlertSender sender(warnings.taker(), bounds);
  sender.Send(dead.Url(), "{}");
  for (int i = 0; i < 10; ++i) sender.Send(alive.Url(), "{}");
  sender.Finish();
  EXPECT_EQ(sender.counters().sent, 10u);
  EXPECT_EQ(sender.counters().failed, 1u);
  EXPECT_THAT(warnings.lines()[0], HasSubstr("no answer in time"));
}

TEST(Alerts, APathIsNotShown) {
  EXPECT_EQ(connectors::ShownWebhook("https://hooks.example/T0/secret?x=1"),
            "https://hooks.example/...");
  EXPECT_EQ(connectors::ShownWebhook("http://ana:secret@h:9000"), "http://h:9000");
  EXPECT_EQ(connectors::ShownWebhook("http://h?token=secret"), "http://h/...");
}

TEST(Alerts, FinishIsDoneOnceAndWithoutMessagesAtOnce) {
  Warnings warnings;
  AlertSender sender(warnings.taker());
  sender.Finish();
  sender.Finish();
  EXPECT_EQ(sender.counters().sent, 0u);
}

}  // namespace
}  // namespace varpulis::testing
