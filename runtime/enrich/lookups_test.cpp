#include "runtime/enrich/lookups.h"

#include <gtest/gtest.h>

namespace varpulis::enrich {
namespace {

// Numbers its answers.
class Counting final : public Provider {
 public:
  std::shared_ptr<Pending> Ask(uint32_t, const Key& key) override {
    auto pending = std::make_shared<Pending>();
    const bool fails = key.text == "bad";
    pending->Set({fails ? Outcome::Error : Outcome::Ok, std::to_string(++asked), 5});
    return pending;
  }
  int asked = 0;
};

Key Text(const std::string& text) { return {text, text}; }

ir::EnrichOperator Operator(DurationNs ttl) {
  ir::EnrichOperator op;
  op.cache_ttl = ttl;
  return op;
}

TEST(Lookups, WithoutTimeToLiveEveryRowAsks) {
  Counting provider;
  const ir::EnrichOperator op = Operator(0);
  Lookups lookups(op, &provider);
  for (int i = 1; i <= 3; ++i) {
    const Lookups::Found found = lookups.Take(Text("a"), 0);
    EXPECT_FALSE(found.cached);
    EXPECT_EQ(found.answer.text, std::to_string(i));
    lookups.Remember(Text("a"), found.answer.text);
  }
}

TEST(Lookups, WhatIsRememberedIsNotAskedUntilItExpires) {
  Counting provider;
  const ir::EnrichOperator op = Operator(10);
  Lookups lookups(op, &provider);
  lookups.Remember(Text("a"), lookups.Take(Text("a"), 100).answer.text);
  EXPECT_TRUE(lookups.Take(Text("a"), 109).cached);
  EXPECT_TRUE(lookups.Take(Text("a"), 50).cached) << "a late row does not turn the clock back";
  EXPECT_EQ(provider.asked, 1);
  EXPECT_FALSE(lookups.Take(Text("a"), 110).cached);
  EXPECT_EQ(provider.asked, 2);
}

TEST(Lookups, ANumberIsNotItsText) {
  Counting provider;
  const ir::EnrichOperator op = Operator(10);
  Lookups lookups(op, &provider);
  lookups.Remember(Text("7"), lookups.Take(Text("7"), 0).answer.text);
  EXPECT_FALSE(lookups.Take({int64_t{7}, "7"}, 0).cached);
}

TEST(Lookups, AskingAheadAsksAsOftenAsTheRowsWould) {
  Counting provider;
  const ir::EnrichOperator op = Operator(0);
  Lookups lookups(op, &provider);
  for (int i = 0; i < 3; ++i) lookups.AskAhead(Text("a"), 0);
  EXPECT_EQ(provider.asked, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(lookups.Take(Text("a"), 0).answer.outcome, Outcome::Ok);
  EXPECT_EQ(provider.asked, 3);
  lookups.Take(Text("a"), 0);
  EXPECT_EQ(provider.asked, 4);
}

TEST(Lookups, AskingAheadAsksOnceForWhatIsRemembered) {
  Counting provider;
  const ir::EnrichOperator op = Operator(10);
  Lookups lookups(op, &provider);
  for (int i = 0; i < 3; ++i) lookups.AskAhead(Text("a"), 0);
  EXPECT_EQ(provider.asked, 1);
  const Lookups::Found found = lookups.Take(Text("a"), 0);
  EXPECT_FALSE(found.cached);
  lookups.Remember(Text("a"), found.answer.text);
  EXPECT_TRUE(lookups.Take(Text("a"), 0).cached);
  lookups.EndBatch();
  lookups.AskAhead(Text("a"), 5);
  EXPECT_EQ(provider.asked, 1);
}

TEST(Lookups, AnErrorIsNotRemembered) {
  Counting provider;
  const ir::EnrichOperator op = Operator(10);
  Lookups lookups(op, &provider);
  lookups.AskAhead(Text("bad"), 0);
  EXPECT_EQ(lookups.Take(Text("bad"), 0).answer.outcome, Outcome::Error);
  EXPECT_EQ(lookups.Take(Text("bad"), 0).answer.text, "2");
}

TEST(Lookups, WhatNobodyTookIsGoneWithTheBatch) {
  Counting provider;
  const ir::EnrichOperator op = Operator(0);
  Lookups lookups(op, &provider);
  lookups.AskAhead(Text("a"), 0);
  lookups.EndBatch();
  EXPECT_EQ(lookups.Take(Text("a"), 0).answer.text, "2");
}

TEST(Lookups, OnlySoManyAreAskedAheadAndOthersFollow) {
  Counting provider;
  const ir::EnrichOperator op = Operator(0);
  Lookups lookups(op, &provider, 2);
  for (const char* key : {"a", "b", "c", "c", "d"}) lookups.AskAhead(Text(key), 0);
  EXPECT_EQ(provider.asked, 2);
  lookups.Take(Text("a"), 0);
  EXPECT_EQ(provider.asked, 3) << "c takes the place of a";
  lookups.Take(Text("d"), 0);
  EXPECT_EQ(provider.asked, 4) << "d did not wait for its turn";
  for (const char* key : {"b", "c", "c"}) lookups.Take(Text(key), 0);
  EXPECT_EQ(provider.asked, 5) << "and is not asked again";
}

TEST(Lookups, WithoutProviderEveryLookupIsAnError) {
  const ir::EnrichOperator op = Operator(0);
  Lookups lookups(op, nullptr);
  EXPECT_EQ(lookups.Take(Text("a"), 0).answer.outcome, Outcome::Error);
}

}  // namespace
}  // namespace varpulis::enrich
