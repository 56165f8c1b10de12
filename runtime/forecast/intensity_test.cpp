#include "runtime/forecast/intensity.h"

#include <cmath>

#include <gtest/gtest.h>

namespace varpulis::forecast {
namespace {

TEST(Intensity, TenEventsAreNeeded) {
  Intensity intensity;
  for (int i = 0; i < 9; ++i) intensity.Arrive(i * kNsPerSecond);
  EXPECT_EQ(intensity.Boost(8 * kNsPerSecond), 1);
  intensity.Arrive(9 * kNsPerSecond);
  EXPECT_GT(intensity.Boost(9 * kNsPerSecond), 1);
}

// An event adds alpha = mu / 2, which is gone at once where nothing varies.
TEST(Intensity, EvenEventsAreNoBurst) {
  Intensity intensity;
  for (int i = 0; i < 20; ++i) intensity.Arrive(i * kNsPerSecond);
  EXPECT_DOUBLE_EQ(intensity.Boost(19 * kNsPerSecond), 1.5);
  EXPECT_DOUBLE_EQ(intensity.Boost(19 * kNsPerSecond + 1), 1);
}

// Nine gaps of 1 s, then one of 0.1 s. The averages before it: mean 1, deviation 0. So what the tenth event
// added is gone; then mean 0.955, variance 0.95 * 0.05 * 0.81.
TEST(Intensity, ABurstDecaysWithTheDeviation) {
  Intensity intensity;
  for (int i = 0; i < 10; ++i) intensity.Arrive(i * kNsPerSecond);
  const TimestampNs last = 9 * kNsPerSecond + 100 * kNsPerMs;
  intensity.Arrive(last);
  const double mu = 1 / 0.955;
  const double deviation = std::sqrt(0.95 * 0.05 * 0.81);
  const double expected = (mu + (1 - mu + mu / 2) * std::exp(-0.2 / deviation)) / mu;
  EXPECT_NEAR(intensity.Boost(last + 200 * kNsPerMs), expected, 1e-12);
}

TEST(Intensity, IsBoundedWhateverComes) {
  Intensity intensity;
  for (int i = 0; i < 20; ++i) intensity.Arrive(i * kNsPerSecond);
  for (int i = 0; i < 50; ++i) intensity.Arrive(20 * kNsPerSecond);
  EXPECT_EQ(intensity.Boost(20 * kNsPerSecond), 5);
  EXPECT_GE(intensity.Boost(kTimeMax), 1);
  Intensity at_once;
  for (int i = 0; i < 50; ++i) at_once.Arrive(0);
  EXPECT_EQ(at_once.Boost(0), 1);
}

TEST(Intensity, ALateEventCountsAsOneAtTheLatest) {
  Intensity late, not_late;
  for (int i = 0; i < 12; ++i) {
    late.Arrive(i * kNsPerSecond);
    not_late.Arrive(i * kNsPerSecond);
  }
  late.Arrive(3 * kNsPerSecond);
  not_late.Arrive(11 * kNsPerSecond);
  EXPECT_EQ(late.Boost(12 * kNsPerSecond), not_late.Boost(12 * kNsPerSecond));
}

}  // namespace
}  // namespace varpulis::forecast
