#include "runtime/trend/tally.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::trend {
namespace {

using ir::TrendFold;

constexpr uint64_t kMaxCount = std::numeric_limits<int64_t>::max();
constexpr uint64_t kTooMany = kMaxCount + 1;
// Least and greatest of nothing.
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// Counts are at most kTooMany, so their sum wraps to zero at worst.
uint64_t AddCounts(uint64_t a, uint64_t b) {
  const uint64_t sum = a + b;
  return sum > kTooMany || sum < a ? kTooMany : sum;
}

using Wide = unsigned __int128;

// What `count` becomes if it is doubled so many times and then multiplied.
uint64_t Shifted(Wide count, uint64_t doublings, uint64_t factor) {
  if (count == 0) return 0;
  if (doublings >= 63) return kTooMany;
  const Wide product = count << doublings;
  if (product >= kTooMany) return kTooMany;
  return static_cast<uint64_t>(std::min<Wide>(product * factor, kTooMany));
}
// By how much that is more than before.
uint64_t Doubled(Wide count, uint64_t times) {
  if (count == 0) return 0;
  if (times >= 64) return kTooMany;
  return static_cast<uint64_t>(std::min<Wide>(count * ((Wide{1} << times) - 1), kTooMany));
}

double Least(double a, double b) {
  if (std::isnan(a)) return b;
  return std::isnan(b) || a <= b ? a : b;
}
double Greatest(double a, double b) {
  if (std::isnan(a)) return b;
  return std::isnan(b) || a >= b ? a : b;
}

// A number of the event, kNothing if it has none.
double Measure(const ir::RecordLayout& layout, uint32_t slot, const uint8_t* measures) {
  const ir::RecordSlot& described = layout.slots[slot];
  if (measures[described.state_offset] != abi::kPresent) return kNothing;
  double number = 0;
  std::memcpy(&number, measures + described.offset, sizeof number);
  return number;
}

template <typename T>
void Write(const ir::RecordSlot& slot, uint8_t* record, T value, bool is_present = true) {
  std::memcpy(record + slot.offset, &value, sizeof value);
  if (slot.state_offset != ir::kNoState)
    record[slot.state_offset] = is_present ? abi::kPresent : abi::kMissing;
}

}  // namespace

Tallies::Tallies(const ir::TrendPlan& plan) : plan_(plan) {
  for (const ir::TrendTerm& term : plan.terms) {
    weighs_ = weighs_ || term.fold == TrendFold::Sum || term.fold == TrendFold::Numbers;
    only_counts_ =
        only_counts_ && (term.fold == TrendFold::Trends || term.fold == TrendFold::Events);
  }
}

void Tallies::Clear(TallyNumber* tally) const {
  tally[kTrends].count = 0;
  tally[kWeight].number = 0;
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const TrendFold fold = plan_.terms[i].fold;
    if (fold == TrendFold::Trends || fold == TrendFold::Events) {
      tally[kTerms + i].count = 0;
    } else {
      const bool is_extreme = fold == TrendFold::Least || fold == TrendFold::Greatest;
      tally[kTerms + i].number = is_extreme ? kNothing : 0;
    }
  }
}

void Tallies::AddTrend(TallyNumber* tally) const {
  tally[kTrends].count = AddCounts(tally[kTrends].count, 1);
  if (weighs_) tally[kWeight].number += 1;
}

void Tallies::Add(TallyNumber* tally, const TallyNumber* more) const {
  tally[kTrends].count = AddCounts(tally[kTrends].count, more[kTrends].count);
  if (weighs_) tally[kWeight].number += more[kWeight].number;
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    TallyNumber& to = tally[kTerms + i];
    const TallyNumber from = more[kTerms + i];
    switch (plan_.terms[i].fold) {
      case TrendFold::Trends:
        break;
      case TrendFold::Events:
        to.count = AddCounts(to.count, from.count);
        break;
      case TrendFold::Sum:
      case TrendFold::Numbers:
        to.number += from.number;
        break;
      case TrendFold::Least:
        to.number = Least(to.number, from.number);
        break;
      case TrendFold::Greatest:
        to.number = Greatest(to.number, from.number);
        break;
    }
  }
}

void Tallies::Extend(TallyNumber* tally, uint32_t step, const uint8_t* measures) const {
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const ir::TrendTerm& term = plan_.terms[i];
    if (term.fold == TrendFold::Trends || (term.step != ir::kEveryStep && term.step != step))
      continue;
    TallyNumber& to = tally[kTerms + i];
    if (term.fold == TrendFold::Events) {
      to.count = AddCounts(to.count, tally[kTrends].count);
      continue;
    }
    const double number = Measure(plan_.measures, term.measure, measures);
    if (std::isnan(number)) continue;
    switch (term.fold) {
      case TrendFold::Sum:
        // The weight may be beyond all doubles, and nothing is nothing however often it is counted.
        if (number != 0) to.number += number * tally[kWeight].number;
        break;
      case TrendFold::Numbers:
        to.number += tally[kWeight].number;
        break;
      case TrendFold::Least:
        to.number = Least(to.number, number);
        break;
      case TrendFold::Greatest:
        to.number = Greatest(to.number, number);
        break;
      case TrendFold::Trends:
      case TrendFold::Events:
        break;
    }
  }
}

// With T trends at the closure and S coming in, an event adds T + S trends, so T + S doubles with each. With E
// events of the step in the former and F in the latter, it adds E + F and, if the step is counted, one for
// each new trend: E + F doubles, and n events add n * 2^(n-1) * (T + S) beside that.
void Tallies::Repeat(TallyNumber* own, const TallyNumber* incoming, TallyNumber* complete,
                     uint32_t step, uint64_t events) const {
  const Wide trends = Wide{own[kTrends].count} + incoming[kTrends].count;
  const auto add = [&](size_t at, uint64_t more) {
    own[at].count = AddCounts(own[at].count, more);
    if (complete != nullptr) complete[at].count = AddCounts(complete[at].count, more);
  };
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const ir::TrendTerm& term = plan_.terms[i];
    if (term.fold == TrendFold::Trends) continue;
    const size_t at = kTerms + i;
    uint64_t more = Doubled(Wide{own[at].count} + incoming[at].count, events);
    if (term.step == ir::kEveryStep || term.step == step)
      more = AddCounts(more, Shifted(trends, events - 1, events));
    add(at, more);
  }
  add(kTrends, Doubled(trends, events));
}

void Tallies::Store(const TallyNumber* tally, uint8_t* window) const {
  bool overflow = tally[kTrends].count > kMaxCount;
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const ir::TrendTerm& term = plan_.terms[i];
    const ir::RecordSlot& slot = plan_.window.slots[term.slot];
    const TallyNumber value = term.fold == TrendFold::Trends ? tally[kTrends] : tally[kTerms + i];
    if (term.fold == TrendFold::Trends || term.fold == TrendFold::Events) {
      overflow = overflow || value.count > kMaxCount;
      Write(slot, window, static_cast<int64_t>(std::min(value.count, kMaxCount)));
    } else {
      const bool is_extreme = term.fold == TrendFold::Least || term.fold == TrendFold::Greatest;
      Write(slot, window, value.number, !is_extreme || !std::isnan(value.number));
    }
  }
  Write(plan_.window.slots[ir::kTrendOverflowSlot], window, static_cast<uint8_t>(overflow));
}

}  // namespace varpulis::trend
