#include "connectors/delivery/source_worker.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::connectors {
namespace {

using ::testing::ElementsAre;

// What a source is told to do next, and what was done with it. Shared with the source, which the worker owns.
struct Script {
  std::mutex mutex;
  std::deque<Status> polls;  // afterwards there is nothing
  int next = 0;
  int commits = 0;
  int committed_at = 0;  // payloads that were given before
};

class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  Status Poll(std::vector<IncomingPayload>& payloads, const Deadline& deadline) override {
    Status status;
    {
      std::lock_guard lock(script_->mutex);
      if (!script_->polls.empty()) {
        status = script_->polls.front();
        script_->polls.pop_front();
        if (status.ok()) payloads.push_back({0, std::to_string(++script_->next)});
        return status;
      }
    }
    deadline.Sleep(1);
    return status;
  }
  Status Commit() override {
    std::lock_guard lock(script_->mutex);
    ++script_->commits;
    script_->committed_at = script_->next;
    return {};
  }
  bool connected() const override { return true; }

 private:
  std::shared_ptr<Script> script_;
};

class TestIntake final : public Intake {
 public:
  bool IsOpen() const override { return true; }
  size_t Take(const std::vector<IncomingPayload>& payloads, std::function<void()> done) override {
    std::lock_guard lock(mutex_);
    if (refusals_ > 0) {
      --refusals_;
      return 0;
    }
    taken_.push_back(payloads.front().bytes);
    done_ = std::move(done);
    changed_.notify_all();
    return 1;
  }
  void Refuse(int times) { refusals_ = times; }
  std::function<void()> AwaitTaken(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return taken_.size() >= count; });
    return done_;
  }
  std::vector<std::string> taken() {
    std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int refusals_ = 0;
  std::vector<std::string> taken_;
  std::function<void()> done_;
};

class Reading : public ::testing::Test {
 protected:
  SourceWorker Make() {
    return SourceWorker(std::make_unique<ScriptedSource>(script_), {"C", "fake", "p", "t"},
                        {kNsPerMs, 4 * kNsPerMs});
  }
  int commits() {
    std::lock_guard lock(script_->mutex);
    return script_->commits;
  }

  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  TestIntake intake_;
};

TEST_F(Reading, nothing_is_committed_before_it_is_processed) {
  script_->polls = {Status(), Status()};
  SourceWorker worker = Make();
  worker.Start(intake_);
  const auto done = intake_.AwaitTaken(1);
  EXPECT_EQ(commits(), 0);
  done();
  intake_.AwaitTaken(2);
  EXPECT_EQ(commits(), 1);
  worker.Stop();  // the second one stays with the service
  EXPECT_EQ(commits(), 1);
  EXPECT_EQ(script_->committed_at, 1);
  EXPECT_THAT(intake_.taken(), ElementsAre("1", "2"));
}

TEST_F(Reading, what_is_not_taken_is_offered_again) {
  script_->polls = {Status()};
  intake_.Refuse(3);
  SourceWorker worker = Make();
  worker.Start(intake_);
  intake_.AwaitTaken(1)();
  worker.Stop();
  EXPECT_THAT(intake_.taken(), ElementsAre("1"));
}

TEST_F(Reading, a_connection_is_tried_again_however_often_it_fails) {
  script_->polls.assign(50, Status(StatusCode::IoError, "away"));
  script_->polls.push_back(Status());
  SourceWorker worker = Make();
  worker.Start(intake_);
  intake_.AwaitTaken(1)();
  while (!worker.connector().connected) std::this_thread::yield();
  EXPECT_EQ(worker.connector().last_error, "");
  EXPECT_EQ(worker.connector().messages, 1u);
  worker.Stop();
}

TEST_F(Reading, one_that_was_stopped_does_not_start) {
  script_->polls = {Status()};
  SourceWorker worker = Make();
  worker.Stop();
  worker.Start(intake_);
  EXPECT_THAT(intake_.taken(), ElementsAre());
}

TEST(BackoffTest, doubles_to_a_bound_and_begins_again) {
  Backoff backoff({kNsPerSecond, 4 * kNsPerSecond});
  for (const int64_t seconds : {1, 2, 4, 4, 4}) {
    const DurationNs next = backoff.Next();
    EXPECT_GE(next, seconds * kNsPerSecond * 8 / 10);
    EXPECT_LE(next, seconds * kNsPerSecond * 12 / 10);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), kNsPerSecond * 12 / 10);
}

}  // namespace
}  // namespace varpulis::connectors
