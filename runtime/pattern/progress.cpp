#include "runtime/pattern/progress.h"

#include <deque>

namespace varpulis::pattern {

std::vector<uint32_t> StepsTaken(const ir::PatternPlan& plan) {
  std::vector<uint32_t> taken(plan.states.size(), UINT32_MAX);
  std::deque<uint32_t> reached;
  for (const ir::PatternEdge& edge : plan.edges) {
    if (edge.kind != ir::EdgeKind::Begin || taken[edge.to] == 1) continue;
    taken[edge.to] = 1;
    reached.push_back(edge.to);
  }
  for (; !reached.empty(); reached.pop_front()) {
    for (const uint32_t id : plan.states[reached.front()].takes) {
      const ir::PatternEdge& edge = plan.edges[id];
      if (taken[edge.to] != UINT32_MAX) continue;
      taken[edge.to] = taken[reached.front()] + 1;
      reached.push_back(edge.to);
    }
  }
  return taken;
}

// Of several shortest ways one that need not wait.
std::vector<StepsLeft> StepsLeftOf(const ir::PatternPlan& plan) {
  std::vector<StepsLeft> left(plan.states.size());
  for (size_t state = 0; state < plan.states.size(); ++state) {
    if (plan.states[state].matches_at_deadline) left[state] = {0, true};
  }
  const auto improve = [&](const ir::PatternEdge& edge) {
    StepsLeft way = edge.has_match ? StepsLeft{1, false} : left[edge.to];
    if (way.steps == UINT32_MAX) return false;
    if (!edge.has_match) ++way.steps;
    StepsLeft& known = left[edge.from];
    const bool better = way.steps < known.steps ||
                        (way.steps == known.steps && known.then_waits && !way.then_waits);
    if (better) known = way;
    return better;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const ir::PatternState& state : plan.states) {
      for (const uint32_t edge : state.takes) changed = improve(plan.edges[edge]) || changed;
    }
  }
  return left;
}

}  // namespace varpulis::pattern
