#include "tests/oracle/absent_group.h"

#include <algorithm>

#include "tests/oracle/fit.h"
#include "tests/oracle/walk.h"

namespace varpulis::oracle {

namespace {

class Following {
 public:
  Following(const Scene& run, size_t at) : run_(run), at_(at), event_(run.events[at]) {}

  bool IsEnded(const Follower& follower) const {
    return std::any_of(follower.since.begin(), follower.since.end(), [&](const auto& negation) {
      const Scene scene{run_.pattern, run_.events, follower.bindings, &event_, negation.first};
      bool awake = event_.ms >= negation.second;
      for (uint32_t other = 0; other < follower.bindings.size(); ++other) {
        for (const Condition& condition : run_.pattern.steps[negation.first].conditions) {
          if (Mentions(condition, other) && follower.bindings[other].empty()) awake = false;
        }
      }
      return awake && Fits(scene, {});
    });
  }

  // Whether the event fits a step, which has it then.
  bool Take(Follower& follower) const {
    const auto& steps = run_.pattern.steps;
    for (const uint32_t step : Walk(steps, follower.bindings).Options(*follower.way)) {
      const Scene scene{run_.pattern, run_.events, follower.bindings, &event_, step};
      if (!Fits(scene, PositiveSteps(*follower.way, steps))) continue;
      follower.bindings[step].push_back(at_);
      follower.last = event_.ms;
      const std::map<uint32_t, int64_t> before = std::move(follower.since);
      follower.since.clear();
      for (const uint32_t negated : Walk(steps, follower.bindings).Active(*follower.way)) {
        const auto known = before.find(negated);
        follower.since[negated] = known == before.end() ? event_.ms : known->second;
      }
      return true;
    }
    return false;
  }

  bool IsComplete(const Follower& follower) const {
    return Walk(run_.pattern.steps, follower.bindings).IsComplete(*follower.way);
  }

 private:
  const Scene& run_;
  size_t at_;
  const Event& event_;
};

}  // namespace

std::map<uint32_t, std::vector<Node>> GroupWays(const Node& root, const std::vector<Step>& steps) {
  std::map<uint32_t, std::vector<Node>> ways;
  if (root.kind == Node::Kind::Never) ways[root.step] = Ways(root.parts.front(), steps);
  for (const Node& part : root.parts) ways.merge(GroupWays(part, steps));
  return ways;
}

void StepsOfGroup(const Node& node, std::vector<uint32_t>& steps) {
  if (node.kind == Node::Kind::Step) steps.push_back(node.step);
  for (const Node& part : node.parts) StepsOfGroup(part, steps);
}

std::vector<Follower> Follow(const Scene& run, const std::vector<Node>& ways, size_t at,
                             bool may_begin, std::vector<Follower>& followers) {
  const Following following(run, at);
  const Event& event = run.events[at];
  std::vector<Follower> complete;
  std::vector<Follower> going_on;
  for (Follower& follower : followers) {
    if (following.IsEnded(follower)) continue;
    const bool took = event.ms >= follower.last && following.Take(follower);
    (took && following.IsComplete(follower) ? complete : going_on).push_back(follower);
  }
  for (const Node& way : ways) {
    Follower follower{&way, run.bindings, event.ms, event.ms};
    if (!may_begin || !following.Take(follower)) continue;
    (following.IsComplete(follower) ? complete : going_on).push_back(follower);
  }
  followers = std::move(going_on);
  return complete;
}

}  // namespace varpulis::oracle
