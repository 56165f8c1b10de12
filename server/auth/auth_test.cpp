#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/limits.h"
#include "server/auth/rate_limiter.h"
#include "server/auth/tenant_registry.h"

namespace varpulis::auth {
namespace {

TEST(Tenants, a_key_belongs_to_one_tenant_until_it_is_rotated) {
  TenantRegistry registry("admin-key");
  const auto created = registry.Create("acme", *QuotaOfTier("free"));
  ASSERT_TRUE(created.ok());
  const NewTenant& acme = created.value();
  EXPECT_EQ(registry.FindByKey(acme.key), acme.tenant);
  EXPECT_EQ(registry.FindByKey("admin-key"), registry.default_tenant());
  EXPECT_EQ(registry.FindByKey(""), nullptr);
  EXPECT_EQ(registry.FindByKey(acme.key + "x"), nullptr);
  const std::string rotated = registry.RotateKey(*acme.tenant);
  EXPECT_EQ(registry.FindByKey(acme.key), nullptr);
  EXPECT_EQ(registry.FindByKey(rotated), acme.tenant);
  EXPECT_TRUE(registry.Delete(acme.tenant->id()));
  EXPECT_FALSE(registry.Delete(acme.tenant->id()));
  EXPECT_EQ(registry.FindByKey(rotated), nullptr);
  EXPECT_FALSE(registry.Delete(kDefaultTenant));
}

TEST(Tenants, only_the_configured_key_is_admin_and_in_open_mode_none_is) {
  TenantRegistry closed("admin-key");
  EXPECT_TRUE(closed.IsAdminKey("admin-key"));
  EXPECT_FALSE(closed.IsAdminKey("admin-ke"));
  TenantRegistry open(std::nullopt);
  EXPECT_TRUE(open.is_open());
  EXPECT_FALSE(open.IsAdminKey(""));
  EXPECT_FALSE(closed.is_open());
}

TEST(Tenants, masked_keys_show_four_characters_of_long_keys_only) {
  TenantRegistry registry("abcdefghijkl");
  EXPECT_EQ(registry.default_tenant()->masked_key(), "abcd****");
  registry.default_tenant()->set_key("short");
  EXPECT_EQ(registry.default_tenant()->masked_key(), "****");
}

TEST(Tenants, there_is_a_most) {
  TenantRegistry registry(std::nullopt);
  for (size_t i = 1; i < limits::kMaxTenants; ++i) ASSERT_TRUE(registry.Create("t", {}).ok());
  EXPECT_EQ(registry.Create("t", {}).status().code(), StatusCode::ResourceExhausted);
}

TEST(Quotas, events_are_granted_per_second_and_can_be_returned) {
  Tenant tenant("t", "t", "k", {.max_events_per_second = 10}, 0);
  const TimestampNs second = 5 * kNsPerSecond;
  EXPECT_EQ(tenant.GrantEvents(4, second), 4u);
  EXPECT_EQ(tenant.GrantEvents(10, second + 1), 6u);
  EXPECT_EQ(tenant.GrantEvents(1, second + 2), 0u);
  tenant.ReturnEvents(3);
  EXPECT_EQ(tenant.GrantEvents(5, second + 3), 3u);
  EXPECT_EQ(tenant.GrantEvents(5, second + kNsPerSecond), 5u);
}

TEST(Quotas, zero_is_no_limit) {
  Tenant tenant("t", "t", "k", {.max_pipelines = 0, .max_events_per_second = 0}, 0);
  EXPECT_EQ(tenant.GrantEvents(1'000'000, 0), 1'000'000u);
  EXPECT_TRUE(tenant.ReservePipeline());
}

TEST(Quotas, pipelines_are_counted) {
  Tenant tenant("t", "t", "k", {.max_pipelines = 2}, 0);
  EXPECT_TRUE(tenant.ReservePipeline());
  EXPECT_TRUE(tenant.ReservePipeline());
  EXPECT_FALSE(tenant.ReservePipeline());
  tenant.ReleasePipeline();
  EXPECT_TRUE(tenant.ReservePipeline());
  EXPECT_EQ(tenant.usage().pipelines, 2u);
}

TEST(Keys, are_long_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string key = NewApiKey();
    EXPECT_EQ(key.size(), 48u);
    EXPECT_TRUE(seen.insert(key).second);
    const std::string uuid = NewUuid();
    EXPECT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_TRUE(seen.insert(uuid).second);
  }
}

TEST(RateLimit, allows_a_burst_of_twice_the_rate_and_refills) {
  RateLimiter limiter(5);
  int64_t now = 1'000'000'000;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.Take("a", now).allowed) << i;
  const RateVerdict refused = limiter.Take("a", now);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.limit, 5u);
  EXPECT_EQ(refused.retry_after_s, 1u);
  EXPECT_EQ(refused.reset_s, 2u);
  EXPECT_TRUE(limiter.Take("b", now).allowed);
  now += 200'000'000;  // one token
  EXPECT_TRUE(limiter.Take("a", now).allowed);
  EXPECT_FALSE(limiter.Take("a", now).allowed);
}

TEST(RateLimit, a_clock_that_steps_back_gives_nothing) {
  RateLimiter limiter(1);
  EXPECT_TRUE(limiter.Take("a", 100).allowed);
  EXPECT_TRUE(limiter.Take("a", 50).allowed);
  EXPECT_FALSE(limiter.Take("a", 0).allowed);
}

TEST(RateLimit, remembers_a_bounded_number_of_addresses) {
  RateLimiter limiter(1);
  limiter.Take("first", 0);
  limiter.Take("first", 0);
  EXPECT_FALSE(limiter.Take("first", 0).allowed);
  for (size_t i = 0; i < limits::kMaxRateAddresses; ++i) limiter.Take(std::to_string(i), 0);
  EXPECT_EQ(limiter.tracked(), limits::kMaxRateAddresses);
  EXPECT_TRUE(limiter.Take("first", 0).allowed);  // forgotten
}

TEST(RateLimit, zero_is_off) {
  RateLimiter limiter(0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.Take("a", 0).allowed);
  EXPECT_EQ(limiter.tracked(), 0u);
}

}  // namespace
}  // namespace varpulis::auth
