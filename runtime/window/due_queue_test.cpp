#include "runtime/window/due_queue.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace varpulis::window {
namespace {

// Mostly rising deadlines with some late and some equal ones, pushed and popped in turn.
TEST(DueQueue, GivesTheEarliestAndOfEqualOnesTheFirst) {
  std::mt19937 random(1);
  DueQueue queue;
  std::vector<Due> expected;
  for (uint32_t i = 0; i < 5000; ++i) {
    const TimestampNs due = i / 3 - (random() % 8 == 0 ? random() % 50 : 0);
    queue.Push({due, i, i});
    expected.push_back({due, i, i});
    if (random() % 3 == 0) continue;
    auto least = std::min_element(expected.begin(), expected.end(),
                                  [](const Due& a, const Due& b) { return b > a; });
    EXPECT_EQ(queue.front().record, least->record);
    expected.erase(least);
    queue.Pop();
  }
  std::sort(expected.begin(), expected.end(), [](const Due& a, const Due& b) { return b > a; });
  for (const Due& due : expected) {
    ASSERT_FALSE(queue.empty());
    EXPECT_EQ(queue.front().record, due.record);
    queue.Pop();
  }
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace varpulis::window
