#include "runtime/enrich/answer_cache.h"

#include <gtest/gtest.h>

namespace varpulis::enrich {
namespace {

TEST(AnswerCache, KeepsAnAnswerForLessThanItsTime) {
  AnswerCache cache(10);
  cache.Put("a", "1", 100);
  ASSERT_NE(cache.Find("a", 109), nullptr);
  EXPECT_EQ(*cache.Find("a", 109), "1");
  EXPECT_EQ(cache.Find("a", 110), nullptr);
  EXPECT_EQ(cache.Find("b", 100), nullptr);
}

TEST(AnswerCache, TimesMayBeAsFarApartAsThereAre) {
  AnswerCache cache(10);
  cache.Put("a", "1", kTimeMin);
  EXPECT_NE(cache.Find("a", kTimeMin), nullptr);
  EXPECT_EQ(cache.Find("a", kTimeMax), nullptr);
}

TEST(AnswerCache, ANewAnswerTakesThePlaceOfTheOldOne) {
  AnswerCache cache(10);
  cache.Put("a", "1", 0);
  const size_t one = cache.bytes();
  cache.Put("a", "2", 5);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.bytes(), one);
  EXPECT_EQ(*cache.Find("a", 14), "2");
}

TEST(AnswerCache, WhenItIsFullTheExpiredGoAndTheRestStays) {
  AnswerCache cache(10, {.answers = 20});
  for (int i = 0; i < 15; ++i) cache.Put("old" + std::to_string(i), "x", 0);
  for (int i = 0; i < 5; ++i) cache.Put("new" + std::to_string(i), "x", 8);
  cache.Put("last", "x", 12);
  EXPECT_EQ(cache.size(), 6u);
  EXPECT_NE(cache.Find("new0", 12), nullptr);
}

TEST(AnswerCache, WhenNothingHasExpiredTheOldestTenthGoes) {
  AnswerCache cache(1000, {.answers = 20});
  for (int i = 0; i < 20; ++i) cache.Put(std::to_string(i), "x", i);
  EXPECT_NE(cache.Find("0", 20), nullptr) << "a look does not make an answer younger";
  cache.Put("20", "x", 20);
  EXPECT_EQ(cache.size(), 19u);
  EXPECT_EQ(cache.Find("0", 20), nullptr);
  EXPECT_EQ(cache.Find("1", 20), nullptr);
  EXPECT_NE(cache.Find("2", 20), nullptr);
  EXPECT_NE(cache.Find("20", 20), nullptr);
}

TEST(AnswerCache, BytesAreBoundedToo) {
  AnswerCache cache(1000, {.answers = 1000, .bytes = 10'000});
  for (int i = 0; i < 100; ++i) {
    cache.Put(std::to_string(i), std::string(900, 'x'), i);
    EXPECT_LE(cache.bytes(), 10'000u);
  }
  EXPECT_NE(cache.Find("99", 100), nullptr);
  cache.Put("huge", std::string(20'000, 'x'), 100);
  EXPECT_EQ(cache.Find("huge", 100), nullptr);
  EXPECT_NE(cache.Find("99", 100), nullptr);
}

}  // namespace
}  // namespace varpulis::enrich
