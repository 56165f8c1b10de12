#include "connectors/delivery/sink_worker.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"

namespace varpulis::connectors {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

OutgoingEvent Event(int n) {
  return {static_cast<uint64_t>(n), "", "T",
          fmt::format(R"({{"event_type":"T","timestamp":"1970-01-01T00:00:01Z","n":{}}})", n)};
}
std::vector<OutgoingEvent> Events(int from, int to) {
  std::vector<OutgoingEvent> events;
  for (int n = from; n <= to; ++n) events.push_back(Event(n));
  return events;
}

// What a service sees, and does with it. Shared with the sink, which the worker owns.
class Service {
 public:
  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) {
    std::unique_lock lock(mutex_);
    ++attempts_;
    changed_.notify_all();
    while (held_ && !deadline.is_over()) changed_.wait_for(lock, std::chrono::milliseconds(10));
    if (held_) return {0, "broken off"};
    if (!error_.empty()) return {0, error_};
    for (const OutgoingEvent& event : events) seen_.push_back(event.number);
    changed_.notify_all();
    return {events.size(), {}};
  }
  void set_error(std::string error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void Hold(bool held) {
    std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void AwaitAttempts(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return attempts_ >= count; });
  }
  size_t attempts() {
    std::lock_guard lock(mutex_);
    return attempts_;
  }
  std::vector<uint64_t> seen() {
    std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string error_;
  bool held_ = false;
  size_t attempts_ = 0;
  std::vector<uint64_t> seen_;
};

class FakeSink final : public Sink {
 public:
  FakeSink(std::shared_ptr<Service> service, size_t most)
      : service_(std::move(service)), most_(most) {}
  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) override {
    return service_->Deliver(events, deadline);
  }
  size_t most_at_once() const override { return most_; }

 private:
  std::shared_ptr<Service> service_;
  const size_t most_;
};

class Worker : public ::testing::Test {
 protected:
  Worker() {
    std::string name = "/tmp/varpulis-sink-test-XXXXXX";
    folder_ = mkdtemp(name.data());
    letters_.emplace(AppendingFileOptions{.path = (folder_ / "dlq.jsonl").string()});
  }
  ~Worker() override { std::filesystem::remove_all(folder_); }

  void Start(BreakerSettings breaker = {}, size_t most = 100, QueueBounds bounds = {}) {
    worker_.emplace(std::make_unique<FakeSink>(service_, most),
                    WorkerIdentity{"C", "fake", "p1", "t1"},
                    std::vector<SinkBinding>{{"C", "S", breaker}, {"C::other", "O", breaker}},
                    &*letters_, bounds);
  }
  std::vector<std::string> Letters() {
    DeadLetterFilter mine;
    mine.tenant_id = "t1";
    auto listing = letters_->List(mine, 0, 1000);
    EXPECT_TRUE(listing.ok());
    return listing->lines;
  }

  std::filesystem::path folder_;
  std::optional<DeadLetters> letters_;
  std::shared_ptr<Service> service_ = std::make_shared<Service>();
  std::optional<SinkWorker> worker_;
};

TEST_F(Worker, delivers_in_order_and_flushes_at_the_end) {
  Start();
  worker_->Push(0, Events(1, 500));
  worker_->Finish(10 * kNsPerSecond);
  const std::vector<uint64_t> seen = service_->seen();
  ASSERT_THAT(seen, SizeIs(500));
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i + 1);
  EXPECT_EQ(worker_->reports()[0].delivered, 500u);
  EXPECT_TRUE(worker_->connector().connected);
  EXPECT_THAT(Letters(), IsEmpty());
}

TEST_F(Worker, failures_become_dead_letters_until_the_circuit_opens) {
  service_->set_error("HTTP status 500");
  Start({5, 30 * kNsPerSecond}, 1);
  worker_->Push(0, Events(1, 8));
  worker_->Finish(10 * kNsPerSecond);
  EXPECT_EQ(service_->attempts(), 5u);
  const SinkReport report = worker_->reports()[0];
  EXPECT_EQ(report.failed, 5u);
  EXPECT_EQ(report.rejected, 3u);
  EXPECT_EQ(report.dead, 8u);
  EXPECT_EQ(report.circuit, Circuit::Open);
  EXPECT_EQ(worker_->connector().last_error, "HTTP status 500");
  const std::vector<std::string> lines = Letters();
  ASSERT_THAT(lines, SizeIs(8));
  EXPECT_THAT(lines[0], HasSubstr(R"("connector":"C","error":"HTTP status 500","event":)"
                                  R"({"event_type":"T","timestamp":"1970-01-01T00:00:01Z",)"
                                  R"("data":{"n":1},"dlq_id":)"));
  EXPECT_THAT(lines[0], HasSubstr(R"("pipeline_id":"p1","stream":"S","topic":"","attempts":1,)"));
  EXPECT_THAT(lines[7], HasSubstr(R"("error":"circuit breaker open")"));
  EXPECT_THAT(lines[7], HasSubstr(R"("attempts":0,)"));
}

TEST_F(Worker, a_batch_is_one_attempt_and_after_a_failure_events_go_one_by_one) {
  service_->set_error("away");
  Start({3, 30 * kNsPerSecond}, 100);
  worker_->Push(0, Events(1, 10));  // one attempt
  service_->AwaitAttempts(1);
  worker_->Push(0, Events(11, 20));  // two more, then the circuit is open
  worker_->Finish(10 * kNsPerSecond);
  EXPECT_EQ(service_->attempts(), 3u);
  EXPECT_EQ(worker_->reports()[0].failed, 12u);
  EXPECT_EQ(worker_->reports()[0].rejected, 8u);
}

TEST_F(Worker, the_circuits_of_two_sinks_are_two) {
  service_->set_error("away");
  Start({1, 30 * kNsPerSecond}, 1);
  worker_->Push(0, Events(1, 2));
  service_->AwaitAttempts(1);
  while (worker_->reports()[0].rejected == 0) std::this_thread::yield();
  service_->set_error({});
  worker_->Push(1, Events(3, 4));
  worker_->Finish(10 * kNsPerSecond);
  EXPECT_THAT(service_->seen(), ElementsAre(3, 4));
  EXPECT_EQ(worker_->reports()[1].circuit, Circuit::Closed);
}

TEST_F(Worker, one_probe_meets_the_service_and_the_others_an_open_circuit) {
  service_->set_error("away");
  Start({1, 1}, 1);  // half-open at once
  worker_->Push(0, Events(1, 1));
  while (worker_->reports()[0].circuit != Circuit::Open) std::this_thread::yield();
  service_->set_error({});
  worker_->Push(0, Events(2, 11));
  while (worker_->reports()[0].circuit != Circuit::Closed) std::this_thread::yield();
  while (worker_->reports()[0].rejected < 9) std::this_thread::yield();
  worker_->Push(0, Events(12, 12));
  worker_->Finish(10 * kNsPerSecond);
  EXPECT_THAT(service_->seen(), ElementsAre(2, 12));
  EXPECT_EQ(worker_->reports()[0].rejected, 9u);
}

TEST_F(Worker, says_when_it_is_full_and_when_there_is_room_again) {
  service_->Hold(true);
  std::atomic<int> woken = 0;
  Start({}, 1, {.events = 3, .bytes = 1u << 20});
  worker_->set_on_room([&] { ++woken; });
  EXPECT_TRUE(worker_->HasRoom());
  worker_->Push(0, Events(1, 3));
  EXPECT_FALSE(worker_->HasRoom());
  service_->Hold(false);
  worker_->WaitForRoom();
  worker_->Finish(10 * kNsPerSecond);
  EXPECT_EQ(woken, 1);
  EXPECT_THAT(service_->seen(), SizeIs(3));
}

TEST_F(Worker, what_is_not_delivered_in_time_is_dead) {
  service_->Hold(true);
  Start();
  worker_->Push(0, Events(1, 1));
  service_->AwaitAttempts(1);
  worker_->Push(0, Events(2, 3));
  worker_->Finish(50 * kNsPerMs);
  const std::vector<std::string> lines = Letters();
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_THAT(lines[0], HasSubstr("broken off"));
  EXPECT_THAT(lines[2], HasSubstr("not delivered before the pipeline was stopped"));
}

TEST_F(Worker, dead_letters_are_delivered_as_they_were) {
  service_->set_error("away");
  Start({100, kNsPerSecond}, 1);
  worker_->Push(0, Events(7, 7));
  while (worker_->reports()[0].dead == 0) std::this_thread::yield();
  DeadLetterFilter filter;
  filter.connector = "C";
  auto found = letters_->Find(filter, 10);
  ASSERT_TRUE(found.ok());
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ((*found)[0].event, Event(7).event);
  std::vector<std::string> answers;
  const auto send = [&] {
    worker_->Redeliver(0, {7, "", "T", (*found)[0].event},
                       [&](std::string error) { answers.push_back(std::move(error)); });
  };
  send();
  while (worker_->reports()[0].failed < 2) std::this_thread::yield();
  service_->set_error({});
  send();
  worker_->Finish(10 * kNsPerSecond);
  send();
  EXPECT_THAT(answers, ElementsAre("away", "", "the pipeline is being stopped"));
  EXPECT_EQ(worker_->reports()[0].dead, 1u);  // not again
  EXPECT_THAT(Letters(), SizeIs(1));
}

}  // namespace
}  // namespace varpulis::connectors
