#include "runtime/forecast/run_automaton.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace varpulis::forecast {
namespace {

constexpr double kSettled = 1e-10;

}  // namespace

RunAutomaton::RunAutomaton(const ir::PatternPlan& pattern, const ir::ForecastPlan& forecast)
    : pattern_(pattern),
      forecast_(forecast),
      left_(pattern::StepsLeftOf(pattern)),
      place_of_(pattern.states.size(), kOver) {
  const std::vector<uint32_t> taken = pattern::StepsTaken(pattern);
  std::vector<uint32_t> order(pattern.states.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return taken[a] != taken[b] ? taken[a] > taken[b] : left_[a].steps < left_[b].steps;
  });
  ranks_.resize(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    // States that are as far are of one rank: there the older run comes first.
    const bool same = i > 0 && taken[order[i]] == taken[order[i - 1]] &&
                      left_[order[i]].steps == left_[order[i - 1]].steps;
    ranks_[order[i]] = same ? ranks_[order[i - 1]] : i;
  }
  for (size_t state = 0; state < taken.size(); ++state) {
    const uint64_t all =
        uint64_t{taken[state]} + left_[state].steps + (left_[state].then_waits ? 1 : 0);
    labels_.push_back(fmt::format("state_{}_of_{}", taken[state], all));
  }
}

// --- what symbols do -----------------------------------------------------------------------------

bool RunAutomaton::IsHit(uint32_t step, ir::SymbolMask symbol) const {
  return std::any_of(forecast_.marks[step].begin(), forecast_.marks[step].end(),
                     [&](const ir::ForecastMark& mark) {
                       return mark.group < ir::kMostSymbolGroups && (symbol >> mark.group & 1) != 0;
                     });
}

// Under .strict(): the matcher watches the types of the positive steps. Which type an event of no step's
// conditions has is not known; most are of those.
bool RunAutomaton::Breaks(ir::SymbolMask symbol) const {
  if (pattern_.selection != ir::Selection::Strict) return false;
  if (symbol == 0) return true;
  std::vector<ir::TableId> watched;
  for (const ir::PatternStepPlan& step : pattern_.steps) {
    for (const ir::StepInput& input : step.inputs) {
      if (!step.negated) watched.push_back(input.table);
    }
  }
  for (uint32_t step = 0; step < pattern_.steps.size(); ++step) {
    for (size_t i = 0; i < forecast_.marks[step].size(); ++i) {
      const uint32_t group = forecast_.marks[step][i].group;
      if (group >= ir::kMostSymbolGroups || (symbol >> group & 1) == 0) continue;
      const ir::TableId table = pattern_.steps[step].inputs[i].table;
      if (std::find(watched.begin(), watched.end(), table) != watched.end()) return true;
    }
  }
  return false;
}

// As the matcher does it: what must not come is looked at first, then the ways out of the state in the
// order in which they are preferred.
uint32_t RunAutomaton::MoveOf(uint32_t state, ir::SymbolMask symbol) const {
  const ir::PatternState& from = pattern_.states[state];
  for (const uint32_t id : from.kills) {
    if (IsHit(pattern_.edges[id].step, symbol)) return kOver;
  }
  for (const uint32_t id : from.takes) {
    const ir::PatternEdge& edge = pattern_.edges[id];
    if (IsHit(edge.step, symbol)) return edge.has_match ? kMatch : edge.to;
  }
  if (!Breaks(symbol)) return state;
  return from.drains ? kMatch : kOver;
}

Moves RunAutomaton::MovesOf(ir::SymbolMask symbol) const {
  Moves moves;
  for (uint32_t state = 0; state < pattern_.states.size(); ++state)
    moves.push_back(MoveOf(state, symbol));
  return moves;
}

// --- what is to be expected ----------------------------------------------------------------------

uint32_t RunAutomaton::PlaceOf(uint32_t state) {
  if (place_of_[state] != kOver) return place_of_[state];
  place_of_[state] = reached_;
  if (reached_ == places_.size()) places_.emplace_back();
  Place& place = places_[reached_];
  place.state = state;
  place.match = 0;
  place.ways.clear();
  // A run that waits for its deadline has its match if nothing prevents it.
  place.value = pattern_.states[state].matches_at_deadline ? 1 : 0;
  return reached_++;
}

// Symbols that lead to one state are one way.
void RunAutomaton::FindWays(uint32_t place, const std::vector<double>& probabilities,
                            const std::vector<const Moves*>& moves) {
  for (size_t symbol = 0; symbol < moves.size(); ++symbol) {
    const uint32_t to = (*moves[symbol])[places_[place].state];
    if (to == kOver) continue;
    if (to == kMatch) {
      places_[place].match += probabilities[symbol];
      continue;
    }
    const uint32_t next = PlaceOf(to);
    std::vector<Way>& ways = places_[place].ways;
    const auto known =
        std::find_if(ways.begin(), ways.end(), [&](const Way& way) { return way.to == next; });
    if (known == ways.end()) {
      ways.push_back({next, probabilities[symbol]});
    } else {
      known->probability += probabilities[symbol];
    }
  }
}

Outlook RunAutomaton::Foresee(uint32_t state, const std::vector<double>& probabilities,
                              const std::vector<const Moves*>& moves, uint32_t rounds) {
  Outlook outlook;
  for (size_t symbol = 0; symbol < moves.size(); ++symbol) {
    const uint32_t to = (*moves[symbol])[state];
    if (to != kOver && to != state) outlook.progress += probabilities[symbol];
  }
  reached_ = 0;
  PlaceOf(state);
  for (uint32_t place = 0; place < reached_; ++place) FindWays(place, probabilities, moves);
  for (uint32_t round = 0; round < rounds; ++round) {
    double moved = 0;
    for (uint32_t i = 0; i < reached_; ++i) {
      Place& place = places_[i];
      place.next = place.match;
      for (const Way& way : place.ways) place.next += way.probability * places_[way.to].value;
      moved = std::max(moved, std::abs(place.next - place.value));
    }
    for (uint32_t i = 0; i < reached_; ++i) places_[i].value = places_[i].next;
    if (moved < kSettled) break;
  }
  outlook.completion = std::clamp(places_.front().value, 0.0, 1.0);
  for (uint32_t i = 0; i < reached_; ++i) place_of_[places_[i].state] = kOver;
  return outlook;
}

}  // namespace varpulis::forecast
