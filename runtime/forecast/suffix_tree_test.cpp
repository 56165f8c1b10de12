#include "runtime/forecast/suffix_tree.h"

#include <random>
#include <string_view>

#include <gtest/gtest.h>

namespace varpulis::forecast {
namespace {

void Learn(SuffixTree& tree, std::string_view symbols) {
  for (const char symbol : symbols) tree.Learn(static_cast<Symbol>(symbol - 'a'));
}

TEST(SuffixTree, NothingKnownIsEverythingAlike) {
  const SuffixTree tree(3, 4);
  std::vector<double> chances;
  EXPECT_EQ(tree.Predict(chances), 0u);
  for (const double chance : chances) EXPECT_DOUBLE_EQ(chance, 0.25);
}

// Behind `ab`: c, c; behind `b` alone: c, c, a. History ends with `ab`.
TEST(SuffixTree, TheLongestKnownSuffixIsAsked) {
  SuffixTree tree(2, 3);
  Learn(tree, "abcabcbaab");
  std::vector<double> chances;
  EXPECT_EQ(tree.Predict(chances), 2u);
  EXPECT_DOUBLE_EQ(chances[0], 0.01 / 2.03);
  EXPECT_DOUBLE_EQ(chances[1], 0.01 / 2.03);
  EXPECT_DOUBLE_EQ(chances[2], 2.01 / 2.03);
  // `bb` has not been seen with anything behind it, `b` has: c, c, a, b.
  Learn(tree, "b");
  EXPECT_EQ(tree.Predict(chances), 1u);
  EXPECT_DOUBLE_EQ(chances[0], 1.01 / 4.03);
  EXPECT_DOUBLE_EQ(chances[1], 1.01 / 4.03);
  EXPECT_DOUBLE_EQ(chances[2], 2.01 / 4.03);
}

TEST(SuffixTree, ALargerAlphabetKeepsWhatIsKnown) {
  SuffixTree tree(2, 2);
  Learn(tree, "ababa");
  tree.Widen(3);
  std::vector<double> chances;
  EXPECT_EQ(tree.Predict(chances), 2u);
  ASSERT_EQ(chances.size(), 3u);
  // Behind `ba` came b.
  EXPECT_DOUBLE_EQ(chances[1], 1.01 / 1.03);
  Learn(tree, "c");
  EXPECT_EQ(tree.Predict(chances), 0u);
}

TEST(SuffixTree, ContextsThatTellNothingArePruned) {
  SuffixTree tree(3, 2);
  std::mt19937_64 random(1);
  for (int i = 0; i < 9'999; ++i) tree.Learn(random() % 4 == 0 ? 1 : 0);
  std::vector<double> chances;
  EXPECT_EQ(tree.Predict(chances), 3u);
  EXPECT_EQ(tree.nodes(), 15u);
  tree.Learn(0);
  EXPECT_EQ(tree.Predict(chances), 0u);
  // The empty one, and the two below it, unseen.
  EXPECT_EQ(tree.nodes(), 3u);
  EXPECT_NEAR(chances[0], 0.75, 0.02);
  tree.Learn(1);
  EXPECT_EQ(tree.Predict(chances), 0u);
}

TEST(SuffixTree, ContextsThatTellSomethingStay) {
  SuffixTree tree(3, 2);
  std::mt19937_64 random(2);
  // What came two before is repeated nine times out of ten: only contexts of two tell that.
  Symbol before = 0, last = 1;
  for (int i = 0; i < 30'000; ++i) {
    const Symbol next = random() % 10 == 0 ? 1 - before : before;
    tree.Learn(next);
    before = last;
    last = next;
  }
  std::vector<double> chances;
  EXPECT_EQ(tree.Predict(chances), 2u);
  EXPECT_NEAR(chances[before], 0.9, 0.02);
}

TEST(SuffixTree, APrunedContextComesBackWhenItTellsSomething) {
  SuffixTree tree(1, 2);
  std::mt19937_64 random(3);
  for (int i = 0; i < 10'000; ++i) tree.Learn(random() % 2 == 0 ? 1 : 0);
  std::vector<double> chances;
  ASSERT_EQ(tree.Predict(chances), 0u);
  for (int i = 0; i < 10'000; ++i) tree.Learn(i % 2 == 0 ? 1 : 0);
  EXPECT_EQ(tree.Predict(chances), 1u);
  // The last one was 0, behind which 1 has come ever since.
  EXPECT_GT(chances[1], 0.99);
}

TEST(SuffixTree, KeepsNoMoreContextsThanAllowed) {
  SuffixTree tree(10, 20);
  std::mt19937_64 random(4);
  for (int i = 0; i < 9'000; ++i) tree.Learn(static_cast<Symbol>(random() % 20));
  EXPECT_EQ(tree.nodes(), limits::kMaxForecastNodes);
  EXPECT_GT(tree.refused(), 0u);
  std::vector<double> chances;
  tree.Predict(chances);
  double sum = 0;
  for (const double chance : chances) sum += chance;
  EXPECT_NEAR(sum, 1, 1e-12);
}

}  // namespace
}  // namespace varpulis::forecast
