#include "connectors/delivery/circuit_breaker.h"

#include <gtest/gtest.h>

namespace varpulis::connectors {
namespace {

constexpr int64_t kReset = 30 * kNsPerSecond;

TEST(CircuitBreaker, opens_after_failures_in_a_row) {
  CircuitBreaker breaker({3, kReset});
  EXPECT_EQ(breaker.Failed(0), std::nullopt);
  EXPECT_EQ(breaker.Failed(0), std::nullopt);
  EXPECT_EQ(breaker.Succeeded(), std::nullopt);  // the count starts anew
  EXPECT_EQ(breaker.Failed(0), std::nullopt);
  EXPECT_EQ(breaker.Failed(0), std::nullopt);
  EXPECT_TRUE(breaker.Allows(0));
  EXPECT_EQ(breaker.Failed(7), Circuit::Open);
  EXPECT_FALSE(breaker.Allows(7));
  EXPECT_FALSE(breaker.Allows(7 + kReset - 1));
}

TEST(CircuitBreaker, a_probe_that_succeeds_closes_it) {
  CircuitBreaker breaker({1, kReset});
  EXPECT_EQ(breaker.Failed(0), Circuit::Open);
  EXPECT_TRUE(breaker.Allows(kReset));
  EXPECT_EQ(breaker.state(), Circuit::HalfOpen);
  EXPECT_EQ(breaker.Succeeded(), Circuit::Closed);
  EXPECT_EQ(breaker.failures(), 0u);
}

TEST(CircuitBreaker, a_probe_that_fails_opens_it_for_the_whole_time_again) {
  CircuitBreaker breaker({2, kReset});
  breaker.Failed(0);
  breaker.Failed(0);
  EXPECT_TRUE(breaker.Allows(kReset));
  EXPECT_EQ(breaker.Failed(kReset + 5), Circuit::Open);
  EXPECT_FALSE(breaker.Allows(2 * kReset + 4));
  EXPECT_TRUE(breaker.Allows(2 * kReset + 5));
}

}  // namespace
}  // namespace varpulis::connectors
