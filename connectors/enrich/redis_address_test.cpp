#include "connectors/enrich/redis_address.h"

#include <gtest/gtest.h>

namespace varpulis::connectors {
namespace {

TEST(RedisAddress, HasDefaults) {
  const auto address = ParseRedisAddress("");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "localhost");
  EXPECT_EQ(address->port, 6379);
  EXPECT_EQ(address->database, 0);
}

TEST(RedisAddress, ReadsEveryPart) {
  const auto address = ParseRedisAddress("redis://ana:p@ss@cache:7000/3");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->user, "ana");
  EXPECT_EQ(address->password, "p@ss");
  EXPECT_EQ(address->host, "cache");
  EXPECT_EQ(address->port, 7000);
  EXPECT_EQ(address->database, 3);
  EXPECT_EQ(ParseRedisAddress("redis://:secret@h")->password, "secret");
  EXPECT_EQ(ParseRedisAddress("h:1")->port, 1);
}

TEST(RedisAddress, RefusesWhatItCannotServe) {
  EXPECT_FALSE(ParseRedisAddress("rediss://h"));
  EXPECT_FALSE(ParseRedisAddress("redis://h:port"));
  EXPECT_FALSE(ParseRedisAddress("redis://h:70000"));
  EXPECT_FALSE(ParseRedisAddress("redis://h/x"));
}

}  // namespace
}  // namespace varpulis::connectors
