#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/delivery/sink_worker.h"
#include "connectors/delivery/source_worker.h"
#include "connectors/registry/registry.h"
#include "tests/live/connector_bench.h"

// What every driver promises (connectors/contract): one suite, and a service of each kind.

namespace varpulis::testing {
namespace {

using connectors::OutgoingEvent;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr DurationNs kPatience = 60 * kNsPerSecond;

std::string EventText(int n) {
  return fmt::format(R"({{"event_type":"Alert","timestamp":"1970-01-01T00:00:01Z","n":{}}})", n);
}

// Takes everything while it is open.
class Collector final : public connectors::Intake {
 public:
  bool IsOpen() const override {
    const std::lock_guard lock(mutex_);
    return is_open_;
  }
  size_t Take(const std::vector<connectors::IncomingPayload>& payloads,
              std::function<void()> done) override {
    {
      const std::lock_guard lock(mutex_);
      if (!is_open_) return 0;
      for (const auto& payload : payloads) taken_.push_back(payload.bytes);
    }
    changed_.notify_all();
    done();
    return payloads.size();
  }
  void set_open(bool open) {
    const std::lock_guard lock(mutex_);
    is_open_ = open;
  }
  std::vector<std::string> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  // Until the text is there; false after half a minute.
  bool Await(const std::string& text) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      return std::find(taken_.begin(), taken_.end(), text) != taken_.end();
    });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = true;
  std::vector<std::string> taken_;
};

// Without repetitions, which at-least-once allows.
std::vector<std::string> Once(const std::vector<std::string>& all) {
  std::vector<std::string> once;
  for (const std::string& text : all) {
    if (std::find(once.begin(), once.end(), text) == once.end()) once.push_back(text);
  }
  return once;
}

std::vector<std::string> Texts(int from, int to) {
  std::vector<std::string> texts;
  for (int n = from; n <= to; ++n) texts.push_back(EventText(n));
  return texts;
}

size_t Entries(const char* folder) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

class Contract : public ::testing::TestWithParam<std::pair<const char*, MakeBench>> {
 protected:
  void SetUp() override {
    bench_ = GetParam().second();
    if (const std::string missing = bench_->Missing(); !missing.empty()) GTEST_SKIP() << missing;
    bench_->Start();
  }

  std::unique_ptr<connectors::SinkWorker> StartSink() {
    auto sink = connectors::MakeSink(bench_->MakeLink());
    EXPECT_TRUE(sink.ok()) << sink.status().message();
    return std::make_unique<connectors::SinkWorker>(
        std::move(*sink), connectors::WorkerIdentity{"C", "k", "p", "t"},
        std::vector<connectors::SinkBinding>{{"C", "S", {}}}, nullptr);
  }
  void Send(connectors::SinkWorker& sink, int from, int to) const {
    std::vector<OutgoingEvent> events;
    for (int n = from; n <= to; ++n)
      events.push_back({static_cast<uint64_t>(n), bench_->topic(), "Alert", EventText(n)});
    sink.Push(0, std::move(events));
  }
  static void AwaitDelivered(const connectors::SinkWorker& sink, uint64_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (sink.reports()[0].delivered < count && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_GE(sink.reports()[0].delivered, count) << sink.connector().last_error;
  }

  std::unique_ptr<connectors::SourceWorker> StartSource(Collector& collector) {
    connectors::Link link = bench_->MakeLink();
    link.topics = {bench_->topic()};
    auto source = connectors::MakeSource(link);
    EXPECT_TRUE(source.ok()) << source.status().message();
    auto worker = std::make_unique<connectors::SourceWorker>(
        std::move(*source), connectors::WorkerIdentity{"C", "k", "p", "t"},
        connectors::BackoffSettings{50 * kNsPerMs, 200 * kNsPerMs});
    worker->Start(collector);
    return worker;
  }
  static void AwaitConnected(const connectors::SourceWorker& source) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!source.connector().connected && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  // What nobody keeps must not be sent before somebody listens.
  void AwaitListening(const connectors::SourceWorker& source) {
    if (!bench_->keeps()) AwaitConnected(source);
  }

  std::unique_ptr<ConnectorBench> bench_;
};

TEST_P(Contract, delivers_all_in_order_and_shutdown_flushes) {
  Collector collector;
  auto source = bench_->has_source() ? StartSource(collector) : nullptr;
  if (source) AwaitListening(*source);
  auto sink = StartSink();
  for (int block = 0; block < 5; ++block) Send(*sink, 100 * block + 1, 100 * block + 100);
  sink->Finish(kPatience);
  EXPECT_EQ(sink->reports()[0].delivered, 500u) << sink->connector().last_error;
  EXPECT_EQ(sink->reports()[0].failed, 0u);
  if (source) {
    EXPECT_TRUE(collector.Await(EventText(500)));
    EXPECT_EQ(Once(collector.taken()), Texts(1, 500));
    AwaitConnected(*source);
    EXPECT_TRUE(source->connector().connected);
    EXPECT_GE(source->connector().messages, 500u);
  } else {
    EXPECT_EQ(bench_->Seen(), Texts(1, 500));
  }
}

TEST_P(Contract, a_sink_waits_for_a_service_that_comes_back) {
  if (!bench_->can_stop()) GTEST_SKIP() << "it is always there";
  auto sink = StartSink();
  Send(*sink, 1, 10);
  AwaitDelivered(*sink, 10);
  bench_->Stop();
  Send(*sink, 11, 20);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  bench_->Start();
  AwaitDelivered(*sink, 20);
  EXPECT_EQ(sink->reports()[0].failed, 0u) << sink->connector().last_error;
  if (!bench_->has_source()) EXPECT_EQ(Once(bench_->Seen()), Texts(1, 20));
  if (!bench_->keeps()) return;
  Collector collector;
  auto source = StartSource(collector);
  EXPECT_TRUE(collector.Await(EventText(20)));
  EXPECT_EQ(Once(collector.taken()), Texts(1, 20));
}

TEST_P(Contract, a_service_that_stays_away_is_a_failure_with_a_reason) {
  if (!bench_->can_stop() || !bench_->has_source()) GTEST_SKIP() << "see the tests of its own";
  bench_->Stop();
  auto sink = StartSink();
  Send(*sink, 1, 1);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (sink->reports()[0].failed == 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(sink->reports()[0].failed, 1u);
  EXPECT_FALSE(sink->connector().connected);
  EXPECT_NE(sink->connector().last_error, "");
}

TEST_P(Contract, a_source_reads_nothing_while_nothing_is_taken) {
  if (!bench_->has_source()) GTEST_SKIP() << "it has no source";
  Collector collector;
  auto source = StartSource(collector);
  AwaitListening(*source);
  collector.set_open(false);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const size_t before = collector.taken().size();
  auto sink = StartSink();
  Send(*sink, 1, 50);
  sink->Finish(kPatience);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(collector.taken().size(), before);
  collector.set_open(true);
  EXPECT_TRUE(collector.Await(EventText(50)));
  EXPECT_EQ(Once(collector.taken()), Texts(1, 50));
}

TEST_P(Contract, a_source_finds_a_service_that_comes_back) {
  if (!bench_->can_stop() || !bench_->has_source()) GTEST_SKIP() << "it is always there";
  Collector collector;
  auto source = StartSource(collector);
  AwaitListening(*source);
  auto sink = StartSink();
  Send(*sink, 1, 5);
  EXPECT_TRUE(collector.Await(EventText(5)));
  bench_->Stop();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  bench_->Start();
  // Whoever keeps nothing has nothing for who comes too late: so it is told until it is heard.
  bool heard = false;
  for (int n = 6; n < 200 && !heard; ++n) {
    Send(*sink, n, n);
    AwaitDelivered(*sink, static_cast<uint64_t>(n));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    heard = collector.taken().size() > 5 && collector.taken().back() == EventText(n);
  }
  EXPECT_TRUE(heard) << source->connector().last_error;
}

TEST_P(Contract, what_was_not_committed_comes_again) {
  if (!bench_->redelivers()) GTEST_SKIP() << "it keeps nothing";
  connectors::Link link = bench_->MakeLink();
  link.topics = {bench_->topic()};
  const std::atomic<bool> never = false;
  const auto poll = [&](connectors::Source& source, size_t count) {
    std::vector<connectors::IncomingPayload> all;
    const connectors::Deadline deadline(30 * kNsPerSecond, never);
    while (all.size() < count && !deadline.is_over()) {
      std::vector<connectors::IncomingPayload> some;
      (void)source.Poll(some, deadline.Afresh(200 * kNsPerMs));
      for (auto& each : some) all.push_back(std::move(each));
      if (some.empty()) source.Idle();
    }
    return all;
  };
  auto first = connectors::MakeSource(link);
  ASSERT_TRUE(first.ok());
  std::vector<connectors::IncomingPayload> none;
  (void)(*first)->Poll(none, connectors::Deadline(kNsPerSecond, never));  // subscribes
  auto sink = StartSink();
  Send(*sink, 1, 1);
  AwaitDelivered(*sink, 1);
  EXPECT_THAT(poll(**first, 1), SizeIs(1));
  (*first).reset();  // as a process that is killed
  auto second = connectors::MakeSource(link);
  std::vector<connectors::IncomingPayload> again = poll(**second, 1);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].bytes, EventText(1));
  EXPECT_TRUE((*second)->Commit().ok());
  Send(*sink, 2, 2);
  AwaitDelivered(*sink, 2);
  again = poll(**second, 1);
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again.back().bytes, EventText(2));
  EXPECT_TRUE((*second)->Commit().ok());
  (*second).reset();
  auto third = connectors::MakeSource(link);
  Send(*sink, 3, 3);
  AwaitDelivered(*sink, 3);
  again = poll(**third, 1);
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again[0].bytes, EventText(3));  // and nothing that was committed
}

TEST_P(Contract, parameters_without_sense_are_refused_with_the_connector) {
  for (const auto& parameters : bench_->Nonsense()) {
    connectors::Link link = bench_->MakeLink();
    link.parameters = parameters;
    auto sink = connectors::MakeSink(link);
    ASSERT_FALSE(sink.ok()) << ir::Print(parameters);
    EXPECT_THAT(sink.status().message(), HasSubstr("connector C: "));
    EXPECT_NE(sink.status().code(), StatusCode::Unavailable);
  }
}

TEST_P(Contract, nothing_stays_behind) {
  const auto run = [this] {
    Collector collector;
    auto source = bench_->has_source() ? StartSource(collector) : nullptr;
    if (source) AwaitListening(*source);
    auto sink = StartSink();
    Send(*sink, 1, 10);
    sink->Finish(kPatience);
    if (source) EXPECT_TRUE(collector.Await(EventText(10)));
  };
  run();  // libraries keep threads and files of their own
  const size_t files = Entries("/proc/self/fd");
  const size_t threads = Entries("/proc/self/task");
  for (int i = 0; i < 3; ++i) run();
  // Servers in this process close their side when they notice.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while ((Entries("/proc/self/fd") > files || Entries("/proc/self/task") > threads) &&
         std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_LE(Entries("/proc/self/fd"), files);
  EXPECT_LE(Entries("/proc/self/task"), threads);
}

INSTANTIATE_TEST_SUITE_P(
    Connectors, Contract,
    ::testing::Values(std::pair{"file", &FileBench}, std::pair{"http", &HttpBench},
                      std::pair{"mqtt", &MqttBench}, std::pair{"nats", &NatsBench},
                      std::pair{"jetstream", &JetStreamBench}, std::pair{"kafka", &KafkaBench}),
    [](const auto& tested) { return std::string(tested.param.first); });

// --- credentials ---------------------------------------------------------------------------------

std::string WhyNot(std::unique_ptr<ConnectorBench> bench) {
  if (!bench->Missing().empty()) return "skip";
  bench->Start();
  auto sink = connectors::MakeSink(bench->MakeLink());
  EXPECT_TRUE(sink.ok());
  const std::atomic<bool> never = false;
  const std::vector<OutgoingEvent> events = {{1, "alerts", "Alert", EventText(1)}};
  return (*sink)->Deliver(events, connectors::Deadline(10 * kNsPerSecond, never)).error;
}

TEST(Credentials, a_broker_that_refuses_them_is_named_as_the_reason) {
  if (std::string why = WhyNot(LockedMqttBench("wrong")); why != "skip")
    EXPECT_THAT(why, HasSubstr("not authorised"));
  if (std::string why = WhyNot(LockedNatsBench("wrong")); why != "skip")
    EXPECT_THAT(why, HasSubstr("Auth"));
  if (std::string why = WhyNot(LockedNatsBench("right")); why != "skip") EXPECT_EQ(why, "");
}

}  // namespace
}  // namespace varpulis::testing
