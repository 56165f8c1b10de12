#include "connectors/enrich/lookup_pool.h"

#include <set>

#include <gtest/gtest.h>

namespace varpulis::connectors {
namespace {

using enrich::Outcome;

enrich::Key Text(const std::string& text) { return {text, text}; }

// Answers when it is let, and knows how many drivers there are.
struct Gate {
  std::mutex mutex;
  std::condition_variable moved;
  bool open = false;
  int drivers = 0;
  int inside = 0;

  void Open() {
    const std::lock_guard lock(mutex);
    open = true;
    moved.notify_all();
  }
  void AwaitInside(int count) {
    std::unique_lock lock(mutex);
    moved.wait(lock, [&] { return inside >= count; });
  }
};

class GatedDriver final : public Driver {
 public:
  explicit GatedDriver(Gate& gate) : gate_(gate) {
    const std::lock_guard lock(gate_.mutex);
    ++gate_.drivers;
  }
  enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) override {
    std::unique_lock lock(gate_.mutex);
    ++gate_.inside;
    gate_.moved.notify_all();
    while (!gate_.open && !deadline.is_over())
      gate_.moved.wait_for(lock, std::chrono::milliseconds(1));
    if (!gate_.open) return TimedOut();
    return {Outcome::Ok, key.text, 0};
  }

 private:
  Gate& gate_;
};

TEST(LookupPool, AsksAtOnceButNotMoreThanItMay) {
  Gate gate;
  LookupPool pool([&] { return std::make_unique<GatedDriver>(gate); }, 3);
  std::vector<std::shared_ptr<enrich::Pending>> pending;
  for (int i = 0; i < 10; ++i)
    pending.push_back(pool.Ask(Text(std::to_string(i)), kNsPerSecond * 60));
  gate.AwaitInside(3);
  gate.Open();
  for (int i = 0; i < 10; ++i) {
    const enrich::Answer answer = pending[static_cast<size_t>(i)]->Take();
    EXPECT_EQ(answer.outcome, Outcome::Ok);
    EXPECT_EQ(answer.text, std::to_string(i));
  }
  EXPECT_EQ(gate.drivers, 3);
  EXPECT_EQ(gate.inside, 10);
}

TEST(LookupPool, OneQuestionAfterTheOtherNeedsOneDriver) {
  Gate gate;
  gate.open = true;
  LookupPool pool([&] { return std::make_unique<GatedDriver>(gate); }, 3);
  pool.Ask(Text("a"), kNsPerSecond)->Take();
  EXPECT_EQ(gate.drivers, 1);
}

TEST(LookupPool, ATimeoutIsAnAnswer) {
  Gate gate;
  LookupPool pool([&] { return std::make_unique<GatedDriver>(gate); }, 1);
  const enrich::Answer answer = pool.Ask(Text("a"), 5 * kNsPerMs)->Take();
  EXPECT_EQ(answer.outcome, Outcome::Timeout);
  EXPECT_GE(answer.latency_ms, 5);
}

TEST(LookupPool, WhatNobodyWaitsForIsNotLookedUp) {
  Gate gate;
  {
    LookupPool pool([&] { return std::make_unique<GatedDriver>(gate); }, 1);
    const auto first = pool.Ask(Text("first"), kNsPerSecond * 60);
    gate.AwaitInside(1);
    pool.Ask(Text("abandoned"), kNsPerSecond * 60).reset();
    const auto last = pool.Ask(Text("last"), kNsPerSecond * 60);
    gate.Open();
    EXPECT_EQ(last->Take().text, "last");
  }
  EXPECT_EQ(gate.inside, 2);
}

TEST(LookupPool, TheEndBreaksOffWhatIsUnderWay) {
  Gate gate;
  std::shared_ptr<enrich::Pending> pending;
  {
    LookupPool pool([&] { return std::make_unique<GatedDriver>(gate); }, 1);
    pending = pool.Ask(Text("a"), kNsPerSecond * 3600);
    gate.AwaitInside(1);
  }
  EXPECT_EQ(pending->Take().outcome, Outcome::Timeout);
}

}  // namespace
}  // namespace varpulis::connectors
