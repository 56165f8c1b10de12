#pragma once

// What is known of the trends that have got to a vertex, or to a place: how many they are, and what the
// terms of the plan sum up of them. A tally is a row of numbers of fixed length:
//
//   trends | weight | one number per term
//
// `trends` and the counts of events are exact up to 2^63 - 1; one more means as many or more. The weight
// is the number of trends as a double, by which values are multiplied: it goes on where counts end. Where no
// term multiplies it is not kept.

#include <cstddef>
#include <cstdint>

#include "compiler/ir/trend_plan.h"

namespace varpulis::trend {

union TallyNumber {
  uint64_t count;
  double number;
};

class Tallies {
 public:
  // `plan` outlives the object.
  explicit Tallies(const ir::TrendPlan& plan);

  size_t size() const { return kTerms + plan_.terms.size(); }
  // Of no trends.
  void Clear(TallyNumber* tally) const;
  bool IsEmpty(const TallyNumber* tally) const { return tally[kTrends].count == 0; }
  // A trend without events yet.
  void AddTrend(TallyNumber* tally) const;
  // Trends of both.
  void Add(TallyNumber* tally, const TallyNumber* more) const;
  // All trends of the tally go on with an event that fills the step; `measures` is its record.
  void Extend(TallyNumber* tally, uint32_t step, const uint8_t* measures) const;
  // Whether there is nothing but counts, to which Repeat may be applied.
  bool only_counts() const { return only_counts_; }
  // What is known of the trends at a closure after so many further events of it that may all follow each other
  // and what comes in from elsewhere, in closed form (language.md 8.1); what is new is added to `complete` as
  // well, which may be null.
  void Repeat(TallyNumber* own, const TallyNumber* incoming, TallyNumber* complete, uint32_t step,
              uint64_t events) const;
  // Writes the terms, and whether a count is not exact, into a record of the plan's window.
  void Store(const TallyNumber* tally, uint8_t* window) const;

 private:
  static constexpr size_t kTrends = 0;
  static constexpr size_t kWeight = 1;
  static constexpr size_t kTerms = 2;

  const ir::TrendPlan& plan_;
  bool weighs_ = false;
  bool only_counts_ = true;
};

}  // namespace varpulis::trend
