#include "runtime/pattern/element_chains.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::pattern {
namespace {

using ::testing::ElementsAre;
using View = ElementChains::View;

class ElementChainsTest : public testing::Test {
 protected:
  // The event is an element of these views.
  void Event(int64_t value, const std::vector<View*>& views) {
    chains_.BeginEvent();
    for (View* view : views) {
      const abi::Cell cell = abi::Cell::Int(value);
      chains_.Append(*view, &cell, context_);
    }
  }
  std::vector<int64_t> Of(const View& view) const {
    std::vector<int64_t> values;
    for (uint64_t i = 0; i < view.size; ++i) values.push_back(chains_.At(view, i, 0).integer);
    return values;
  }
  void Release(View& view) { chains_.Release(std::exchange(view, {}), context_); }

  ElementChains chains_{1};
  abi::KernelContext context_;
};

TEST_F(ElementChainsTest, ViewsThatTakeTheSameEventsLieOnOneChain) {
  View first, second;
  Event(1, {&first});
  Event(2, {&first, &second});
  Event(3, {&first, &second});
  EXPECT_THAT(Of(first), ElementsAre(1, 2, 3));
  EXPECT_THAT(Of(second), ElementsAre(2, 3));
  EXPECT_EQ(first.chain, second.chain);
}

TEST_F(ElementChainsTest, AViewThatLeavesAnEventOutGoesItsOwnWay) {
  View first, second;
  Event(1, {&first, &second});
  Event(2, {&first});
  Event(3, {&first, &second});
  Event(4, {&second});
  EXPECT_THAT(Of(first), ElementsAre(1, 2, 3));
  EXPECT_THAT(Of(second), ElementsAre(1, 3, 4));
  EXPECT_NE(first.chain, second.chain);
}

TEST_F(ElementChainsTest, ACopyGoesOnFromWhereItWasMade) {
  View run;
  Event(1, {&run});
  View copy = run;
  chains_.Share(copy);
  Event(2, {&copy});
  Release(run);
  Event(3, {&copy});
  EXPECT_THAT(Of(copy), ElementsAre(1, 2, 3));
}

TEST_F(ElementChainsTest, WhatNobodyShowsIsGivenBack) {
  std::vector<View> views(2);
  View* older = &views[0];
  View* newer = &views[1];
  // One always begins before the other ends: no moment without a view.
  size_t most = 0;
  for (int64_t event = 0; event < 100'000; ++event) {
    if (event % 100 == 99) {
      Release(*older);
      std::swap(older, newer);
    }
    std::vector<View*> taking = {older};
    if (event % 100 >= 50) taking.push_back(newer);
    Event(event, taking);
    most = std::max(most, chains_.bytes());
  }
  EXPECT_EQ(Of(*older).back(), 99'999);
  EXPECT_LT(most, 50'000u);
}

TEST_F(ElementChainsTest, WhatIsSharedIsSavedOnceAndSharedAgain) {
  View gone, first, second, third;
  Event(1, {&gone});
  Event(2, {&gone, &first});
  Event(3, {&gone, &first, &second});
  Event(4, {&gone, &third});
  Release(gone);
  state::StateWriter saved;
  chains_.Save({first, {}, second, third}, saved);
  const std::string bytes = saved.Take();

  state::StateReader in(bytes);
  ElementChains restored(1);
  std::vector<View> views = {{0, 0, 2}, {}, {0, 0, 1}, {0, 0, 1}};
  restored.Restore(in, views, context_);
  in.ExpectEnd();
  ASSERT_TRUE(in.ok()) << in.status().message();
  EXPECT_EQ(restored.At(views[0], 0, 0).integer, 2);
  EXPECT_EQ(restored.At(views[0], 1, 0).integer, 3);
  EXPECT_EQ(restored.At(views[2], 0, 0).integer, 3);
  EXPECT_EQ(restored.At(views[3], 0, 0).integer, 4);
  EXPECT_EQ(views[0].chain, views[2].chain);
  state::StateWriter again;
  restored.Save(views, again);
  EXPECT_EQ(again.Take(), bytes);
}

TEST_F(ElementChainsTest, WhatAChainDoesNotHaveIsNotShown) {
  View view;
  Event(1, {&view});
  state::StateWriter saved;
  chains_.Save({view}, saved);
  const std::string bytes = saved.Take();
  for (const uint64_t size : {uint64_t{0}, uint64_t{2}, UINT64_MAX}) {
    state::StateReader in(bytes);
    ElementChains restored(1);
    std::vector<View> views = {{0, 0, size}};
    restored.Restore(in, views, context_);
    EXPECT_FALSE(in.ok()) << size;
    EXPECT_EQ(views[0].chain, 0u);
  }
}

// The goal: memory grows with the events, not with the runs that hold them.
size_t BytesOf(size_t runs, int64_t events) {
  ElementChains chains(1);
  abi::KernelContext context;
  std::vector<View> views(runs);
  for (int64_t event = 0; event < events; ++event) {
    chains.BeginEvent();
    for (View& view : views) {
      const abi::Cell cell = abi::Cell::Int(event);
      chains.Append(view, &cell, context);
    }
  }
  return chains.bytes();
}

TEST(ElementChains, ManyRunsCostNoMoreThanOne) {
  const size_t one = BytesOf(1, 2'000);
  EXPECT_LT(one, 2'000u * 100);
  EXPECT_EQ(BytesOf(500, 2'000), one);
  EXPECT_LT(BytesOf(500, 8'000), 5 * one);
}

}  // namespace
}  // namespace varpulis::pattern
