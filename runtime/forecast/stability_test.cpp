#include "runtime/forecast/stability.h"

#include <cmath>

#include <gtest/gtest.h>

namespace varpulis::forecast {
namespace {

TEST(Stability, OnePredictionSaysNothing) {
  Stability stability;
  EXPECT_EQ(stability.confidence(), 0);
  stability.Add(0.5);
  EXPECT_EQ(stability.confidence(), 0);
}

// Mean 0.5, deviation 0.1.
TEST(Stability, IsOneLessTheCoefficientOfVariation) {
  Stability stability;
  stability.Add(0.4);
  stability.Add(0.6);
  EXPECT_NEAR(stability.confidence(), 0.8, 1e-12);
  EXPECT_FALSE(stability.is_settled());
}

TEST(Stability, EqualPredictionsAreStableWhateverTheyAre) {
  Stability stability;
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(stability.is_settled());
    stability.Add(0);
  }
  EXPECT_EQ(stability.confidence(), 1);
  EXPECT_TRUE(stability.is_settled());
}

TEST(Stability, OnlyTheLastTwentyCount) {
  Stability stability;
  stability.Add(1);
  for (int i = 0; i < 19; ++i) stability.Add(0.5);
  // Mean 0.525, variance (0.475^2 + 19 * 0.025^2) / 20.
  const double deviation = std::sqrt((0.475 * 0.475 + 19 * 0.025 * 0.025) / 20);
  EXPECT_NEAR(stability.confidence(), 1 - deviation / 0.525, 1e-12);
  EXPECT_FALSE(stability.is_settled());
  stability.Add(0.5);
  EXPECT_EQ(stability.confidence(), 1);
  EXPECT_TRUE(stability.is_settled());
}

TEST(Stability, NeverFallsBelowZero) {
  Stability stability;
  for (int i = 0; i < 19; ++i) stability.Add(0);
  stability.Add(1);
  EXPECT_EQ(stability.confidence(), 0);
}

}  // namespace
}  // namespace varpulis::forecast
