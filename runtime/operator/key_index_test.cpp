#include "runtime/operator/key_index.h"

#include <functional>

#include <gtest/gtest.h>

namespace varpulis::op {
namespace {

class ChainTest : public testing::Test {
 protected:
  std::vector<RecordId> ChainOf(uint64_t hash) {
    std::vector<RecordId> ids;
    auto chain = index_.find(hash);
    if (chain == index_.end()) return ids;
    RecordId previous = links_[chain->second.head].previous;
    for (RecordId id = chain->second.head; id != kNoRecord; id = links_[id].next) {
      EXPECT_EQ(links_[id].previous, previous);
      EXPECT_EQ(links_[id].hash, hash);
      ids.push_back(previous = id);
    }
    EXPECT_EQ(links_[chain->second.head].previous, previous);
    EXPECT_EQ(chain->second.count, ids.size());
    return ids;
  }
  void Put(uint64_t hash, RecordId id) { Append(index_, hash, id, link_of_); }
  void Take(RecordId id) { Remove(index_, id, link_of_); }

  ChainLink links_[8];
  KeyIndex index_;
  std::function<ChainLink&(RecordId)> link_of_ = [this](RecordId id) -> ChainLink& {
    return links_[id];
  };
};

using Ids = std::vector<RecordId>;

TEST_F(ChainTest, KeepsRecordsInTheOrderOfTheirArrival) {
  for (RecordId id : {3u, 1u, 2u}) Put(7, id);
  Put(9, 5);
  EXPECT_EQ(ChainOf(7), (Ids{3, 1, 2}));
  EXPECT_EQ(ChainOf(9), (Ids{5}));
  EXPECT_EQ(Chained(index_, link_of_).size(), 4u);
}

TEST_F(ChainTest, TakesOutFirstMiddleAndLast) {
  for (RecordId id = 0; id < 5; ++id) Put(7, id);
  Take(2);
  EXPECT_EQ(ChainOf(7), (Ids{0, 1, 3, 4}));
  Take(0);
  EXPECT_EQ(ChainOf(7), (Ids{1, 3, 4}));
  Take(4);
  EXPECT_EQ(ChainOf(7), (Ids{1, 3}));
}

TEST_F(ChainTest, ForgetsAHashWithoutRecords) {
  Put(7, 1);
  Take(1);
  EXPECT_TRUE(index_.empty());
  Put(8, 1);
  EXPECT_EQ(ChainOf(8), (Ids{1}));
}

}  // namespace
}  // namespace varpulis::op
