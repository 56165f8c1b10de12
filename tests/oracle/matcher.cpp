#include "tests/oracle/matcher.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/time.h"
#include "tests/oracle/fit.h"
#include "tests/oracle/walk.h"

namespace varpulis::oracle {

Matcher::Matcher(const Pattern& pattern, const std::vector<Event>& events)
    : pattern_(pattern), events_(events), ways_(Ways(pattern.root, pattern.steps)) {
  for (const Node& way : ways_) way_steps_.push_back(PositiveSteps(way, pattern.steps));
  group_ways_ = GroupWays(pattern.root, pattern.steps);
  yields_ = Yields(pattern, ways_);
  for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
    if (pattern.steps[step].counterpart) counterparts_.push_back(step);
  }
  // Every choice of elements is a run of its own.
  if (pattern.selection == Selection::Any) std::fill(yields_.begin(), yields_.end(), Yield::Whole);
}

std::vector<std::string> Matcher::Run() {
  for (size_t at = 0; at < events_.size(); ++at) {
    if (!Feeds(events_[at].type, false)) continue;
    clock_ = std::max(clock_, events_[at].ms);
    FireDue();
    Offer(at);
  }
  // End of input (decision D18): what is due, then closures that waited for more.
  FireDue();
  for (PartialMatch* run : InDueOrder(false)) {
    if (WaitsForLonger(*run)) End(*run);
  }
  return output_;
}

// --- what events and runs are ---------------------------------------------------------------------

// A null key is the partition of those without one.
Value Matcher::KeyOf(const Event& event) const {
  if (!pattern_.partitioned || !event.fields[kK].is_number()) return {};
  return event.fields[kK];
}

Scene Matcher::SceneOf(const PartialMatch& run, const Event& event, uint32_t step) const {
  return {pattern_, events_, run.bindings, &event, step};
}

bool Matcher::IsPast(int64_t start) const {
  return pattern_.within_ms > 0 && start + pattern_.within_ms < clock_;
}

bool Matcher::Feeds(uint32_t type, bool positive_only) const {
  return std::any_of(pattern_.steps.begin(), pattern_.steps.end(), [&](const Step& step) {
    return step.type == type && !step.group && !(positive_only && (step.negated || step.hidden));
  });
}

bool Matcher::IsComplete(const PartialMatch& run) const {
  return Walk(pattern_.steps, run.bindings).IsComplete(*run.way);
}

bool Matcher::WaitsForLonger(const PartialMatch& run) const {
  if (!IsComplete(run) || EndsInNegation(*run.way, pattern_.steps)) return false;
  const auto options = Walk(pattern_.steps, run.bindings).Options(*run.way);
  return std::any_of(options.begin(), options.end(), [&](uint32_t step) {
    return pattern_.steps[step].is_closure() && yields_[step] == Yield::Longest;
  });
}

// --- one event (language.md 6.3) ------------------------------------------------------------------

void Matcher::FireDue() {
  std::erase_if(remembered_, [&](const Remembered& one) { return IsPast(one.start); });
  for (PartialMatch* run : InDueOrder(true)) End(*run);
  Sweep();
}

void Matcher::Offer(size_t at) {
  const Event& event = events_[at];
  const Value key = KeyOf(event);
  const auto here = [&](const PartialMatch& run) {
    return !run.gone && run.key.kind == key.kind && run.key.number == key.number;
  };
  for (PartialMatch& run : runs_) {
    if (here(run)) Kill(run, at);
  }
  for (const uint32_t step : counterparts_) Exclude(step, at);
  bool taken = false;
  // What this event makes of runs does not take it again.
  const size_t before = runs_.size();
  for (size_t i = 0; i < before; ++i) {
    PartialMatch& run = runs_[i];
    if (!here(run)) continue;
    if (pattern_.selection == Selection::Any) {
      Fork(i, at);
      continue;
    }
    const uint32_t step = Taker(run, event);
    if (step != UINT32_MAX) {
      taken = true;
      Bind(run, at, step);
    } else if (pattern_.selection == Selection::Strict && Feeds(event.type, true)) {
      End(run);
    }
  }
  Sweep();
  if (pattern_.selection != Selection::Stnm || !taken) Open(at);
  Sweep();
  Remember(at);
}

// Decision D14.
void Matcher::Kill(PartialMatch& run, size_t at) {
  std::map<uint32_t, int64_t> active = run.since;
  for (const uint32_t step : pattern_.forbidden) active[step] = run.start;
  bool comes = false;
  for (const auto& [step, since] : active) comes = Comes(run, at, step, since) || comes;
  if (comes) Leave(run);
}

bool Matcher::Comes(PartialMatch& run, size_t at, uint32_t step, int64_t since) {
  const Event& event = events_[at];
  std::vector<uint32_t> steps = {step};
  const auto group = group_ways_.find(step);
  if (group != group_ways_.end()) {
    for (const Node& way : group->second) StepsOfGroup(way, steps);
  }
  // Asleep as long as something that it reads of the run is not bound.
  bool awake = event.ms >= since;
  for (uint32_t other = 0; other < run.bindings.size(); ++other) {
    const bool inside = std::find(steps.begin(), steps.end(), other) != steps.end();
    for (const uint32_t own : steps) {
      for (const Condition& condition : pattern_.steps[own].conditions) {
        if (!inside && Mentions(condition, other) && run.bindings[other].empty()) awake = false;
      }
    }
  }
  if (group == group_ways_.end()) return awake && Fits(SceneOf(run, event, step), {});
  const Scene scene{pattern_, events_, run.bindings};
  return !Follow(scene, group->second, at, awake, run.followers[step]).empty();
}

// The other side of an XOR is complete: that ends runs which have begun, and keeps others from it.
void Matcher::Exclude(uint32_t step, size_t at) {
  const Event& event = events_[at];
  const Value key = KeyOf(event);
  if (group_ways_.contains(step)) {
    if (FollowFree(step, at).empty()) return;
  } else {
    const Bindings none(pattern_.steps.size());
    if (!Fits({pattern_, events_, none, &event, step}, {})) return;
  }
  remembered_.push_back({step, event.ms, event.ms, key});
  for (PartialMatch& run : runs_) {
    const auto others = Leading(*run.way, pattern_.steps);
    const bool is_other = std::find(others.begin(), others.end(), step) != others.end();
    const bool here = run.key.kind == key.kind && run.key.number == key.number;
    if (is_other && here && !run.gone && event.ms >= run.start) Leave(run);
  }
}

uint32_t Matcher::Taker(const PartialMatch& run, const Event& event) const {
  if (event.ms < run.last) return UINT32_MAX;
  for (const uint32_t step : Walk(pattern_.steps, run.bindings).Options(*run.way)) {
    if (!IsInTime(run, event, step)) continue;
    if (Fits(SceneOf(run, event, step), way_steps_[run.way_number])) return step;
  }
  return UINT32_MAX;
}

bool Matcher::IsInTime(const PartialMatch& run, const Event& event, uint32_t step) const {
  const int64_t within = pattern_.steps[step].within_ms;
  return within == 0 || event.ms - run.last <= within;
}

// language.md 6.6.
void Matcher::Fork(size_t number, size_t at) {
  const PartialMatch run = runs_[number];
  const Event& event = events_[at];
  if (event.ms < run.last) return;
  for (const uint32_t step : Walk(pattern_.steps, run.bindings).Options(*run.way)) {
    if (!IsInTime(run, event, step)) continue;
    if (!Fits(SceneOf(run, event, step), way_steps_[run.way_number])) continue;
    PartialMatch fork = run;
    fork.created = ++created_;
    ++partitions_.at({run.key.is_number(), run.key.number}).runs;
    runs_.push_back(fork);
    Bind(runs_.back(), at, step);
  }
}

void Matcher::Bind(PartialMatch& run, size_t at, uint32_t step) {
  run.bindings[step].push_back(at);
  run.last = events_[at].ms;
  const Walk walk(pattern_.steps, run.bindings);
  std::map<uint32_t, int64_t> since;
  for (const uint32_t negated : walk.Active(*run.way)) {
    if (pattern_.steps[negated].counterpart) continue;
    const auto before = run.since.find(negated);
    since[negated] = before == run.since.end() ? run.last : before->second;
  }
  run.since = since;
  std::erase_if(run.followers, [&](const auto& of) { return !since.contains(of.first); });
  if (!IsComplete(run) || EndsInNegation(*run.way, pattern_.steps)) return;
  if (WaitsForLonger(run)) return;
  Emit(run, step, run.last, false);
  if (walk.Options(*run.way).empty()) Leave(run);
}

void Matcher::Open(size_t at) {
  const Event& event = events_[at];
  for (size_t way = 0; way < ways_.size(); ++way) {
    PartialMatch run{&ways_[way], way, Bindings(pattern_.steps.size()), event.ms, event.ms};
    run.key = KeyOf(event);
    if (IsBlocked(ways_[way], event)) continue;
    for (const uint32_t step : Walk(pattern_.steps, run.bindings).Options(ways_[way])) {
      if (!Fits(SceneOf(run, event, step), way_steps_[way]) || IsGrowing(run, step)) continue;
      run.created = ++created_;
      Partition& partition = partitions_[{run.key.is_number(), run.key.number}];
      if (partition.runs++ == 0) partition.created = run.created;
      runs_.push_back(run);
      Bind(runs_.back(), at, step);
      break;
    }
  }
}

// Decision D12: a run of the partition holds the closure and may take more into it.
bool Matcher::IsGrowing(const PartialMatch& run, uint32_t step) const {
  if (!pattern_.steps[step].is_closure() || pattern_.selection == Selection::Any) return false;
  return std::any_of(runs_.begin(), runs_.end(), [&](const PartialMatch& other) {
    if (other.gone || other.way != run.way || other.bindings[step].empty()) return false;
    if (other.key.kind != run.key.kind || other.key.number != run.key.number) return false;
    const auto options = Walk(pattern_.steps, other.bindings).Options(*other.way);
    return !IsPast(other.start) && std::find(options.begin(), options.end(), step) != options.end();
  });
}

// language.md 6.5: a leading negation, in [first - within, first).
bool Matcher::IsBlocked(const Node& way, const Event& event) const {
  const auto leading = Leading(way, pattern_.steps);
  return std::any_of(remembered_.begin(), remembered_.end(), [&](const Remembered& one) {
    const Value own = KeyOf(event);
    return std::find(leading.begin(), leading.end(), one.step) != leading.end() &&
           one.key.kind == own.kind && one.key.number == own.number &&
           (pattern_.steps[one.step].counterpart ? one.end <= event.ms : one.end < event.ms) &&
           one.start >= event.ms - pattern_.within_ms;
  });
}

void Matcher::Remember(size_t at) {
  const Event& event = events_[at];
  const Bindings none(pattern_.steps.size());
  std::set<uint32_t> groups;
  for (const Node& way : ways_) {
    for (const uint32_t step : Leading(way, pattern_.steps)) {
      if (pattern_.steps[step].counterpart) continue;
      if (group_ways_.contains(step)) {
        groups.insert(step);
        continue;
      }
      const Scene scene{pattern_, events_, none, &event, step};
      if (Fits(scene, {})) remembered_.push_back({step, event.ms, event.ms, KeyOf(event)});
    }
  }
  // A group may stand in front of several ways.
  for (const uint32_t step : groups) RememberGroup(step, at);
}

void Matcher::RememberGroup(uint32_t step, size_t at) {
  for (const Follower& one : FollowFree(step, at))
    remembered_.push_back({step, one.start, events_[at].ms, KeyOf(events_[at])});
}

// Offers the event to what follows the group without a run; what is complete then.
std::vector<Follower> Matcher::FollowFree(uint32_t step, size_t at) {
  const Value key = KeyOf(events_[at]);
  const Bindings none(pattern_.steps.size());
  std::vector<Follower> here, elsewhere;
  for (Follower& follower : leading_followers_[step]) {
    if (IsPast(follower.start)) continue;
    const bool same = follower.key.kind == key.kind && follower.key.number == key.number;
    (same ? here : elsewhere).push_back(follower);
  }
  const Scene scene{pattern_, events_, none};
  std::vector<Follower> complete = Follow(scene, group_ways_.at(step), at, true, here);
  for (Follower& follower : here) {
    follower.key = key;
    elsewhere.push_back(std::move(follower));
  }
  leading_followers_[step] = std::move(elsewhere);
  return complete;
}

// --- the end of runs ------------------------------------------------------------------------------

// By deadline, creation of the partition, creation of the run.
std::vector<Matcher::PartialMatch*> Matcher::InDueOrder(bool due_only) {
  std::vector<PartialMatch*> runs;
  for (PartialMatch& run : runs_) {
    if (!run.gone && (!due_only || IsPast(run.start))) runs.push_back(&run);
  }
  const auto order = [&](const PartialMatch* run) {
    const Partition& partition = partitions_.at({run->key.is_number(), run->key.number});
    const int64_t deadline = pattern_.within_ms == 0 ? INT64_MAX : run->start + pattern_.within_ms;
    return std::tuple(deadline, partition.created, run->created);
  };
  std::sort(runs.begin(), runs.end(),
            [&](const PartialMatch* a, const PartialMatch* b) { return order(a) < order(b); });
  return runs;
}

void Matcher::End(PartialMatch& run) {
  const bool absence = EndsInNegation(*run.way, pattern_.steps);
  if (absence && IsComplete(run) && IsPast(run.start)) {
    Emit(run, UINT32_MAX, run.start + pattern_.within_ms, true);
  } else if (WaitsForLonger(run)) {
    Emit(run, UINT32_MAX, run.last, false);
  }
  Leave(run);
}

void Matcher::Leave(PartialMatch& run) {
  run.gone = true;
  const auto key = std::pair(run.key.is_number(), run.key.number);
  if (--partitions_.at(key).runs == 0) partitions_.erase(key);
}

void Matcher::Sweep() {
  std::erase_if(runs_, [](const PartialMatch& run) { return run.gone; });
}

void Matcher::Emit(const PartialMatch& run, uint32_t completed_by, int64_t time, bool absence) {
  const Scene whole{pattern_, events_, run.bindings};
  ForChoices(whole, yields_, completed_by, [&](const Bindings& chosen) {
    // From the run's first event, whether it is chosen or not.
    const int64_t duration = absence ? pattern_.within_ms : time - run.start;
    const Scene match{pattern_, events_, chosen, nullptr, UINT32_MAX, duration};
    for (const Condition& condition : pattern_.filter) {
      if (!Holds(condition, match)) return;
    }
    std::string line =
        fmt::format("@{} {} {{", base::FormatDuration(time * kNsPerMs), pattern_.name);
    bool any = false;
    for (size_t i = 0; i < pattern_.outputs.size(); ++i) {
      const std::string value = OutputText(pattern_.outputs[i], match);
      if (value.empty()) continue;
      line += fmt::format("{} o{}: {}", any ? "," : "", i, value);
      any = true;
    }
    output_.push_back(line + (any ? " }" : "}"));
  });
}

}  // namespace varpulis::oracle
