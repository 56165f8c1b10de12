#include "runtime/forecast/calibration.h"

#include <random>

#include <gtest/gtest.h>

namespace varpulis::forecast {
namespace {

TEST(Calibration, FewOutcomesSayNothing) {
  Calibration calibration;
  for (int i = 1; i <= 8; ++i) {
    calibration.Add(0.1 * i, 0);
    EXPECT_FALSE(calibration.margin());
  }
  // Of nine the greatest: 9 - 1 - (ceil(10 * 0.1) - 1) = 8.
  calibration.Add(0.9, 1);
  EXPECT_NEAR(*calibration.margin(), 0.8, 1e-12);
}

// Index 20 - 1 - (ceil(21 * 0.1) - 1) = 17 of 0.01 .. 0.20.
TEST(Calibration, IsTheScoreAtTheNinthTenth) {
  Calibration calibration;
  for (int i = 20; i >= 1; --i) calibration.Add(0.01 * i, 0);
  EXPECT_NEAR(*calibration.margin(), 0.18, 1e-12);
}

TEST(Calibration, ForgetsAllButAThousandOutcomes) {
  Calibration calibration;
  for (int i = 0; i < 1'000; ++i) calibration.Add(0.9, 0);
  EXPECT_DOUBLE_EQ(*calibration.margin(), 0.9);
  // The 100 greatest of 1,000 lie beyond index 899.
  for (int i = 0; i < 900; ++i) calibration.Add(0.1, 0);
  EXPECT_DOUBLE_EQ(*calibration.margin(), 0.1);
  for (int i = 0; i < 100; ++i) calibration.Add(1, 1);
  EXPECT_DOUBLE_EQ(*calibration.margin(), 0.1);
  for (int i = 0; i < 1'000; ++i) calibration.Add(1, 1);
  EXPECT_EQ(*calibration.margin(), 0);
}

// Predictions that are right about the chances, of all degrees.
TEST(Calibration, HoldsNineOutcomesOfTen) {
  Calibration calibration;
  std::mt19937_64 random(5);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  int held = 0, counted = 0;
  for (int i = 0; i < 50'000; ++i) {
    const double predicted = uniform();
    const double outcome = uniform() < predicted ? 1 : 0;
    if (i >= 1'000) {
      ++counted;
      const double margin = *calibration.margin();
      held += predicted - margin <= outcome && outcome <= predicted + margin ? 1 : 0;
    }
    calibration.Add(predicted, outcome);
  }
  const double share = static_cast<double>(held) / counted;
  EXPECT_GE(share, 0.88);
  EXPECT_LE(share, 0.92);
}

}  // namespace
}  // namespace varpulis::forecast
