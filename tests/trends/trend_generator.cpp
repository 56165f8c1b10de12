#include "tests/trends/trend_generator.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace varpulis::testing {
namespace {

using Compare = TrendCondition::Compare;
using Repeat = TrendStep::Repeat;

constexpr double kValues = 6;

TrendCondition RandomCondition(Dice& dice, size_t step, bool repeats) {
  TrendCondition condition;
  condition.compare = static_cast<Compare>(dice.Roll(4));
  // A closure may speak of itself.
  const size_t operands = step + (repeats ? 1 : 0);
  if (operands > 0 && dice.Chance(75)) {
    condition.step = static_cast<int>(dice.Roll(operands));
  } else if (condition.compare == Compare::SameKey) {
    condition.compare = Compare::Greater;
  }
  condition.constant = static_cast<double>(dice.Roll(static_cast<size_t>(kValues)));
  return condition;
}

std::string Text(const TrendCondition& condition) {
  if (condition.compare == Compare::SameKey) return fmt::format("k == s{}.k", condition.step);
  const char* sign = condition.compare == Compare::Less      ? "<"
                     : condition.compare == Compare::Greater ? ">"
                                                             : "!=";
  if (condition.step == TrendCondition::kConstant)
    return fmt::format("v {} {}", sign, condition.constant);
  return fmt::format("v {} s{}.v", sign, condition.step);
}

std::string Text(const TrendStep& step, size_t number) {
  static constexpr const char* kSigns[] = {"", "+", "*", "?"};
  std::vector<std::string> conditions;
  for (const TrendCondition& condition : step.conditions) conditions.push_back(Text(condition));
  std::string text = step.type + kSigns[static_cast<size_t>(step.repeat)];
  if (!conditions.empty()) text += fmt::format(" where {}", fmt::join(conditions, " and "));
  return text + fmt::format(" as s{}", number);
}

}  // namespace

TrendPattern RandomPattern(Dice& dice) {
  TrendPattern pattern;
  const size_t steps = 1 + dice.Roll(4);
  for (size_t i = 0; i < steps; ++i) {
    TrendStep step;
    step.type = dice.Pick({"A", "B"});
    step.repeat = dice.Chance(45)   ? Repeat::Plus
                  : dice.Chance(20) ? Repeat::Star
                  : dice.Chance(20) ? Repeat::Optional
                                    : Repeat::One;
    for (size_t c = dice.Roll(3); c > 0; --c)
      step.conditions.push_back(RandomCondition(dice, i, step.repeats()));
    pattern.steps.push_back(std::move(step));
  }
  const auto repeats = [](const TrendStep& step) { return step.repeats(); };
  if (std::none_of(pattern.steps.begin(), pattern.steps.end(), repeats))
    pattern.steps[dice.Roll(steps)].repeat = Repeat::Plus;
  const auto may_be_left_out = [](const TrendStep& step) { return step.may_be_left_out(); };
  if (std::all_of(pattern.steps.begin(), pattern.steps.end(), may_be_left_out))
    pattern.steps[dice.Roll(steps)].repeat = Repeat::Plus;
  pattern.within = (5 + static_cast<DurationNs>(dice.Roll(6))) * kNsPerSecond;
  pattern.partitioned = dice.Chance(50);
  pattern.updates = dice.Chance(30);
  return pattern;
}

std::vector<TrendEvent> RandomEvents(Dice& dice, const TrendPattern& pattern, bool late) {
  std::vector<TrendEvent> events;
  TimestampNs now = 100 * kNsPerSecond;
  const size_t count = 20 + dice.Roll(30);
  for (size_t i = 0; i < count; ++i) {
    // About as many events in a window as seconds, of a partition fewer.
    if (dice.Chance(pattern.partitioned ? 65 : 85)) now += kNsPerSecond;
    if (dice.Chance(5)) now += pattern.within;
    TrendEvent event;
    event.time = late && dice.Chance(20)
                     ? now - static_cast<TimestampNs>(dice.Roll(12)) * kNsPerSecond
                     : now;
    event.type = dice.Pick({"A", "A", "B", "B", "C"});
    event.key = dice.Pick({"", "x", "a key of eighteen"});
    if (dice.Chance(90))
      event.v = static_cast<double>(dice.Roll(static_cast<size_t>(kValues) * 4)) / 4;
    events.push_back(std::move(event));
  }
  return events;
}

std::string ProgramText(const TrendPattern& pattern) {
  std::vector<std::string> steps;
  for (size_t i = 0; i < pattern.steps.size(); ++i) steps.push_back(Text(pattern.steps[i], i));
  const size_t last = pattern.steps.size() - 1;
  return fmt::format(
      "pattern P = SEQ({}) within {}{}\n"
      "stream T = P .trend_aggregate(n: count_trends(), all: count_events(), first: "
      "count_events(s0), sum: sum_trends(s{}.v), avg: avg_trends(s{}.v), lo: min_trends(s0.v), hi: "
      "max_trends(s{}.v), updates: {})\n"
      "    .emit(n: n, all: all, first: first, sum: sum, avg: avg, lo: lo, hi: hi, fin: "
      "is_final{})\n",
      fmt::join(steps, ", "), base::FormatDuration(pattern.within),
      pattern.partitioned ? " partition by k" : "", last, last, last, pattern.updates,
      pattern.partitioned ? ", k: k" : "");
}

std::string EventText(const std::vector<TrendEvent>& events) {
  std::string text;
  for (const TrendEvent& event : events) {
    std::vector<std::string> fields = {"\"z\":0"};
    if (!event.key.empty()) fields.push_back(fmt::format("\"k\":\"{}\"", event.key));
    if (event.v) fields.push_back(fmt::format("\"v\":{}", *event.v));
    text += fmt::format("{{\"type\":\"{}\",\"timestamp\":\"{}\",{}}}\n", event.type,
                        base::FormatTimestamp(event.time), fmt::join(fields, ","));
  }
  return text;
}

}  // namespace varpulis::testing
