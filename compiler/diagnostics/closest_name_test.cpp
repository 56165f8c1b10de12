#include "compiler/diagnostics/closest_name.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace varpulis::diagnostics {
namespace {

TEST(ClosestName, SmallestDistanceThenAlphabet) {
  EXPECT_EQ(ClosestName("pirce", {"price", "piece", "prices"}), "piece");
  EXPECT_EQ(ClosestName("prise", {"prize", "price", "prices"}), "price");
  EXPECT_EQ(ClosestName("PRICE", {"price"}), "price");
  EXPECT_EQ(ClosestName("price", {"price"}), "");
}

TEST(ClosestName, TheDistanceIsBoundedByTheLength) {
  EXPECT_EQ(ClosestName("ab", {"abc"}), "abc");
  EXPECT_EQ(ClosestName("ab", {"abcd"}), "");
  EXPECT_EQ(ClosestName("abcdef", {"abcxyz"}), "abcxyz");
  EXPECT_EQ(ClosestName("abcdef", {"abuxyz"}), "");
  EXPECT_EQ(ClosestName("", {"a"}), "");
  EXPECT_EQ(ClosestName("x", {"y"}), "") << "nothing in common";
}

TEST(NameIndex, LeavesOutTheNameOfTheAsker) {
  NameIndex index;
  index.Add("Logins");
  index.Add("Login2");
  EXPECT_EQ(index.Closest("Login"), "Login2");
  EXPECT_EQ(index.Closest("Login", "Login2"), "Logins");
}

TEST(NameIndex, GivesUpAfterManyComparisons) {
  NameIndex index;
  constexpr size_t kNames = 100'000;
  for (size_t i = 0; i < kNames; ++i) index.Add("zzzzzzzz");
  index.Add("wanted78");
  for (size_t asked = 0; asked < limits::kMaxNameComparisons / (kNames + 1); ++asked) {
    ASSERT_EQ(index.Closest("wanted77"), "wanted78");
  }
  EXPECT_EQ(index.Closest("wanted77"), "");
}

}  // namespace
}  // namespace varpulis::diagnostics
