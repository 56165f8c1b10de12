#include "runtime/kernel/sample_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace varpulis::kernel {
namespace {

double Expected(std::vector<double> values, double quantile) {
  std::sort(values.begin(), values.end());
  const double rank = quantile * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(rank);
  if (static_cast<double>(below) == rank) return values[below];
  return values[below] + (values[below + 1] - values[below]) * (rank - std::floor(rank));
}

// Values come, go in order of their arrival, and are read now and then or all the time.
void CompareSliding(size_t window, size_t count, int between_reads) {
  std::mt19937 random(static_cast<uint32_t>(window));
  SampleSet set;
  std::vector<double> held;
  for (size_t i = 0; i < count; ++i) {
    const double value = static_cast<double>(random() % 1000) / 8;
    set.Add(value);
    held.push_back(value);
    if (held.size() > window) {
      EXPECT_TRUE(set.Remove(held.front()));
      held.erase(held.begin());
    }
    ASSERT_EQ(set.size(), held.size());
    if (random() % static_cast<uint32_t>(between_reads) != 0) continue;
    for (double quantile : {0.0, 0.25, 0.5, 0.95, 1.0}) {
      ASSERT_DOUBLE_EQ(*set.Quantile(quantile), Expected(held, quantile));
    }
  }
}

TEST(SampleSet, GivesQuantilesOfWhatItHolds) {
  CompareSliding(1, 50, 1);
  CompareSliding(10, 500, 1);
  CompareSliding(3000, 9000, 300);
  CompareSliding(3000, 4000, 50);
}

TEST(SampleSet, HasNoQuantileWithoutValues) {
  SampleSet set;
  EXPECT_FALSE(set.Quantile(0.5));
  EXPECT_FALSE(set.Remove(1));
  set.Add(1);
  EXPECT_FALSE(set.Remove(2));
  EXPECT_TRUE(set.Remove(1));
  EXPECT_FALSE(set.Quantile(0.5));
}

TEST(SampleSet, StaysWithEqualInfinities) {
  SampleSet set;
  const double infinity = std::numeric_limits<double>::infinity();
  set.Add(infinity);
  set.Add(infinity);
  EXPECT_EQ(*set.Quantile(0.5), infinity);
}

}  // namespace
}  // namespace varpulis::kernel
