#include "tests/trends/trend_model.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/io/event_json.h"

namespace varpulis::testing {
namespace {

// A trend that is being built: its events step by step.
using Trend = std::vector<std::vector<const TrendEvent*>>;

const TrendEvent* LastOf(const Trend& trend, int step) {
  const auto& events = trend[static_cast<size_t>(step)];
  return events.empty() ? nullptr : events.back();
}

bool Holds(const TrendCondition& condition, const TrendEvent& event, const TrendEvent* operand) {
  using Compare = TrendCondition::Compare;
  if (condition.step != TrendCondition::kConstant && operand == nullptr) return false;
  if (condition.compare == Compare::SameKey) return !event.key.empty() && event.key == operand->key;
  const std::optional<double> other =
      operand == nullptr ? std::optional<double>(condition.constant) : operand->v;
  if (!event.v || !other) return false;
  if (condition.compare == Compare::Less) return *event.v < *other;
  if (condition.compare == Compare::Greater) return *event.v > *other;
  return *event.v != *other;
}

// Whether the event fits the step of the trend as it is.
bool Fits(const TrendPattern& pattern, int step, const Trend& trend, const TrendEvent& event) {
  const TrendStep& wanted = pattern.steps[static_cast<size_t>(step)];
  if (wanted.type != event.type) return false;
  return std::all_of(wanted.conditions.begin(), wanted.conditions.end(),
                     [&](const TrendCondition& condition) {
                       if (condition.step == TrendCondition::kConstant)
                         return Holds(condition, event, nullptr);
                       const TrendEvent* operand = LastOf(trend, condition.step);
                       // The first element of a closure has none before it.
                       if (condition.step == step && operand == nullptr) return true;
                       return Holds(condition, event, operand);
                     });
}

bool IsComplete(const TrendPattern& pattern, int last) {
  for (size_t i = static_cast<size_t>(last) + 1; i < pattern.steps.size(); ++i) {
    if (!pattern.steps[i].may_be_left_out()) return false;
  }
  return true;
}

// Calls `visit(trend, last step, last event)` for every beginning of a trend of the events, the complete
// ones included.
class Builder {
 public:
  using Visit = std::function<void(const Trend&, int last, size_t last_event)>;
  Builder(const TrendPattern& pattern, const std::vector<TrendEvent>& events, Visit visit)
      : pattern_(pattern),
        events_(events),
        visit_(std::move(visit)),
        trend_(pattern.steps.size()) {}

  void Run() { Continue(-1, 0); }

 private:
  void Continue(int step, size_t from) {
    for (size_t e = from; e < events_.size(); ++e) {
      if (step >= 0 && pattern_.steps[static_cast<size_t>(step)].repeats()) Try(step, e);
      for (int next = step + 1; next < static_cast<int>(pattern_.steps.size()); ++next) {
        Try(next, e);
        if (!pattern_.steps[static_cast<size_t>(next)].may_be_left_out()) break;
      }
    }
  }
  void Try(int step, size_t e) {
    if (!Fits(pattern_, step, trend_, events_[e])) return;
    auto& bound = trend_[static_cast<size_t>(step)];
    bound.push_back(&events_[e]);
    visit_(trend_, step, e);
    Continue(step, e + 1);
    bound.pop_back();
  }

  const TrendPattern& pattern_;
  const std::vector<TrendEvent>& events_;
  const Visit visit_;
  Trend trend_;
};

struct Sums {
  int64_t trends = 0;
  int64_t all = 0;
  int64_t first = 0;  // events of step 0
  double sum = 0;     // of the last step's v
  int64_t numbers = 0;
  std::optional<double> least;     // of step 0
  std::optional<double> greatest;  // of the last step
};

void Include(std::optional<double>& extreme, const std::optional<double>& value, bool least) {
  if (!value) return;
  if (!extreme || (least ? *value < *extreme : *value > *extreme)) extreme = value;
}

struct Window {
  std::string key;
  size_t number = 0;
  std::vector<TrendEvent> events;
  TimestampNs last = kTimeMin;  // of the events that are in some beginning
  bool newest_completes = false;
  bool newest_is_taken = false;
  Sums sums;
};

void Look(const TrendPattern& pattern, Window& window) {
  const TimestampNs last = window.last;
  window.newest_completes = window.newest_is_taken = false;
  window.sums = {};
  Builder(pattern, window.events, [&](const Trend& trend, int step, size_t event) {
    const bool is_newest = event + 1 == window.events.size();
    window.newest_is_taken = window.newest_is_taken || is_newest;
    if (!IsComplete(pattern, step)) return;
    window.newest_completes = window.newest_completes || is_newest;
    Sums& sums = window.sums;
    ++sums.trends;
    for (const auto& events : trend) sums.all += static_cast<int64_t>(events.size());
    sums.first += static_cast<int64_t>(trend.front().size());
    for (const TrendEvent* e : trend.front()) Include(sums.least, e->v, true);
    for (const TrendEvent* e : trend.back()) {
      Include(sums.greatest, e->v, false);
      if (!e->v) continue;
      sums.sum += *e->v;
      ++sums.numbers;
    }
  }).Run();
  window.last = last;
  if (window.newest_is_taken) window.last = std::max(last, window.events.back().time);
}

class Model {
 public:
  Model(const TrendPattern& pattern, const std::vector<TrendEvent>& events)
      : pattern_(pattern), events_(events) {
    for (const TrendStep& step : pattern.steps) types_.insert(step.type);
  }

  std::vector<std::string> Run() {
    for (const TrendEvent& event : events_) {
      if (!types_.contains(event.type)) continue;
      MoveClock(event);
      Take(event);
    }
    CloseDue(kTimeMax);
    return std::move(lines_);
  }

 private:
  TimestampNs EndOf(const Window& window) const {
    return window.events.front().time + pattern_.within;
  }

  // The clock of a window is that of the slowest type that has sent something.
  void MoveClock(const TrendEvent& event) {
    const auto known = clocks_.emplace(event.type, event.time).first;
    known->second = std::max(known->second, event.time);
    TimestampNs clock = kTimeMax;
    for (const auto& [type, time] : clocks_) clock = std::min(clock, time);
    CloseDue(clock);
  }

  void CloseDue(TimestampNs clock) {
    std::vector<const Window*> due;
    for (const auto& [key, window] : open_) {
      if (EndOf(window) <= clock || clock == kTimeMax) due.push_back(&window);
    }
    std::sort(due.begin(), due.end(), [&](const Window* a, const Window* b) {
      return EndOf(*a) != EndOf(*b) ? EndOf(*a) < EndOf(*b) : a->number < b->number;
    });
    std::vector<std::string> keys;
    for (const Window* window : due) {
      Put(*window, true);
      keys.push_back(window->key);
    }
    for (const std::string& key : keys) open_.erase(key);
  }

  // Conditions of a step on the event alone come before everything: an event that meets none is not seen.
  bool IsSeen(const TrendEvent& event) const {
    return std::any_of(pattern_.steps.begin(), pattern_.steps.end(), [&](const TrendStep& step) {
      return step.type == event.type &&
             std::all_of(step.conditions.begin(), step.conditions.end(),
                         [&](const TrendCondition& condition) {
                           return condition.step != TrendCondition::kConstant ||
                                  Holds(condition, event, nullptr);
                         });
    });
  }

  void Take(const TrendEvent& event) {
    if (!IsSeen(event)) return;
    const std::string key = pattern_.partitioned ? event.key : "";
    auto at = open_.find(key);
    if (at != open_.end() && event.time >= EndOf(at->second)) {
      Put(at->second, true);
      open_.erase(at);
      at = open_.end();
    }
    const bool is_new = at == open_.end();
    if (is_new)
      at = open_.emplace(key, Window{key, ++opened_, {}, kTimeMin, false, false, {}}).first;
    Window& window = at->second;
    window.events.push_back(event);
    Look(pattern_, window);
    if (!window.newest_is_taken) {
      // It changes nothing, and opens nothing.
      window.events.pop_back();
      if (is_new) open_.erase(at);
      return;
    }
    if (pattern_.updates && window.newest_completes) Put(window, false);
  }

  void Put(const Window& window, bool is_final) {
    const Sums& sums = window.sums;
    if (sums.trends == 0) return;
    std::vector<std::string> fields;
    const auto add_float = [&](const char* name, std::optional<double> value) {
      if (!value) return;
      std::string text;
      io::AppendJsonFloat(text, *value);
      fields.push_back(fmt::format("{}: {}", name, text));
    };
    fields.push_back(fmt::format("n: {}, all: {}, first: {}", sums.trends, sums.all, sums.first));
    add_float("sum", sums.sum);
    if (sums.numbers > 0) add_float("avg", sums.sum / static_cast<double>(sums.numbers));
    add_float("lo", sums.least);
    add_float("hi", sums.greatest);
    fields.push_back(fmt::format("fin: {}", is_final));
    if (!window.key.empty()) fields.push_back(fmt::format("k: \"{}\"", window.key));
    lines_.push_back(
        fmt::format("@{} T {{ {} }}", base::FormatDuration(window.last), fmt::join(fields, ", ")));
  }

  const TrendPattern& pattern_;
  const std::vector<TrendEvent>& events_;
  std::set<std::string> types_;
  std::map<std::string, TimestampNs> clocks_;
  std::map<std::string, Window> open_;
  size_t opened_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> ModelLines(const TrendPattern& pattern,
                                    const std::vector<TrendEvent>& events) {
  return Model(pattern, events).Run();
}

}  // namespace varpulis::testing
