// States and edges of a pattern, for the runtime and for people.

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/lower/pattern_builder.h"

namespace varpulis::lower {

using sema::TypedStep;

// Nothing can be added any more, and nothing is waited for.
bool PatternBuilder::IsOver(uint32_t state) const {
  const StateInfo& info = states_.states[state];
  // One match of a negated group is enough.
  if (info.group != sema::kNoGroup) return info.complete;
  return info.complete && !info.absence && info.edges.empty();
}

// There would be a match, but a closure may yet grow, and the longest is asked for.
bool PatternBuilder::WaitsForLonger(uint32_t state) const {
  const StateInfo& info = states_.states[state];
  return info.group == sema::kNoGroup && info.complete && !info.absence && typed_.longest &&
         std::any_of(info.edges.begin(), info.edges.end(),
                     [&](const StateEdge& edge) { return steps_[edge.step].is_closure(); });
}

void PatternBuilder::BuildStates() {
  over_ = static_cast<uint32_t>(states_.states.size());
  pattern_.states.resize(states_.states.size() + 1);
  for (uint32_t s = 0; s < states_.states.size(); ++s) {
    const StateInfo& info = states_.states[s];
    ir::PatternState& state = pattern_.states[s];
    state.drains = WaitsForLonger(s);
    state.matches_at_deadline = (info.complete && info.absence) || state.drains;
    state.way = info.way;
    for (uint32_t group = 0; group < states_.groups.size(); ++group) {
      const uint32_t step = states_.groups[group].step;
      if (info.group == step) state.group = group;
      const auto& negations = info.negations;
      if (std::find(negations.begin(), negations.end(), step) != negations.end())
        state.groups.push_back(group);
    }
  }
  for (size_t way = 0; way < states_.begins.size(); ++way) {
    std::vector<uint32_t>& edges = pattern_.begins.emplace_back();
    for (const StateEdge& edge : states_.begins[way]) {
      edges.push_back(AddEdge(ir::EdgeKind::Begin, {0, edge}));
      pattern_.edges.back().blocked_by = states_.blocked_by[way];
    }
  }
  for (const GroupInfo& info : states_.groups) AddGroup(info);
  for (uint32_t s = 1; s < states_.states.size(); ++s) {
    if (IsOver(s)) continue;
    for (const StateEdge& edge : states_.states[s].edges) {
      const ir::EdgeKind kind = edge.more ? ir::EdgeKind::More : ir::EdgeKind::Take;
      const uint32_t id = AddEdge(kind, {s, edge});
      pattern_.states[s].takes.push_back(id);
    }
    AddKills(s);
    AddWatches(s);
  }
}

void PatternBuilder::AddGroup(const GroupInfo& info) {
  ir::NegatedGroup& group = pattern_.groups.emplace_back();
  group.step = info.step;
  group.is_free = info.is_free;
  group.is_alike = IsAlike(info.step);
  if (!info.is_free) return;
  for (const auto& begins : info.begins) {
    std::vector<uint32_t>& edges = group.begins.emplace_back();
    for (const StateEdge& edge : begins) edges.push_back(AddEdge(ir::EdgeKind::Begin, {0, edge}));
  }
}

bool PatternBuilder::IsAlike(uint32_t group) const {
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    if (steps_[step].group_of != group) continue;
    if (steps_[step].negated || steps_[step].within > 0) return false;
    for (const auto* conjuncts : {&parts_[step].cross, &parts_[step].more}) {
      for (const sema::TypedExprPtr& conjunct : *conjuncts) {
        for (const uint32_t read : StepsRead(conjunct)) {
          // A later watcher finds another one of the run's closure.
          if (steps_[read].group_of == group || steps_[read].is_closure()) return false;
        }
      }
    }
  }
  return true;
}

uint32_t PatternBuilder::AddEdge(ir::EdgeKind kind, const EdgeSource& source) {
  ir::PatternEdge edge;
  edge.kind = kind;
  edge.from = source.from;
  edge.step = source.edge.step;
  const bool over = IsOver(source.edge.to);
  edge.to = over ? over_ : source.edge.to;
  edge.ends = over;
  const StateInfo& target = states_.states[source.edge.to];
  edge.way = target.way;
  edge.has_match = target.group == sema::kNoGroup && target.complete && !target.absence &&
                   !WaitsForLonger(source.edge.to);
  edge.within = kind == ir::EdgeKind::Begin ? 0 : steps_[edge.step].within;
  edge.keyed = kind != ir::EdgeKind::Begin && keys_.IsKeyed(edge.step);
  // Watchers and the runs that they are made for may be found by different keys.
  if (kind == ir::EdgeKind::Watch)
    edge.keyed = edge.keyed && keys_.OfState(source.from) == keys_.OfStep(edge.step);
  pattern_.edges.push_back(std::move(edge));
  sources_.push_back(source);
  return static_cast<uint32_t>(pattern_.edges.size() - 1);
}

// What the conditions of a negation, or of all steps of a group, read of the run.
std::vector<uint32_t> PatternBuilder::ReadByNegation(uint32_t negation) const {
  std::vector<uint32_t> outside;
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    if (step != negation && steps_[step].group_of != negation) continue;
    for (const auto* conjuncts : {&parts_[step].cross, &parts_[step].more}) {
      for (const sema::TypedExprPtr& conjunct : *conjuncts) {
        for (const uint32_t read : StepsRead(conjunct)) {
          const bool inside = read == step || steps_[read].group_of == negation;
          if (!inside) outside.push_back(read);
        }
      }
    }
  }
  std::sort(outside.begin(), outside.end());
  outside.erase(std::unique(outside.begin(), outside.end()), outside.end());
  return outside;
}

// A negation is asleep as long as an alias in its condition is not bound (decision D14).
bool PatternBuilder::IsAwake(const StateInfo& info, uint32_t negation) const {
  const std::vector<uint32_t> reads = ReadByNegation(negation);
  return std::all_of(reads.begin(), reads.end(),
                     [&](uint32_t read) { return info.maybe_bound[read]; });
}

// Of those what the state alone does not tell.
std::vector<uint32_t> PatternBuilder::UnsureReads(const StateInfo& info, uint32_t negation) const {
  std::vector<uint32_t> reads = ReadByNegation(negation);
  std::erase_if(reads, [&](uint32_t read) { return info.bound[read] || !info.maybe_bound[read]; });
  return reads;
}

const GroupInfo* PatternBuilder::GroupOf(uint32_t step) const {
  const auto group = std::find_if(states_.groups.begin(), states_.groups.end(),
                                  [&](const GroupInfo& info) { return info.step == step; });
  return group == states_.groups.end() ? nullptr : &*group;
}

void PatternBuilder::AddKills(uint32_t state) {
  const StateInfo& info = states_.states[state];
  for (const uint32_t step : info.negations) {
    const GroupInfo* group = GroupOf(step);
    if (!IsAwake(info, step) || (group != nullptr && !group->is_free)) continue;
    ir::PatternEdge edge;
    edge.kind = ir::EdgeKind::Kill;
    edge.from = state;
    edge.to = over_;
    edge.step = step;
    edge.ends = true;
    edge.keyed = group == nullptr && keys_.IsKeyed(step);
    pattern_.states[state].kills.push_back(static_cast<uint32_t>(pattern_.edges.size()));
    pattern_.edges.push_back(std::move(edge));
    sources_.push_back({state, {step, false, over_}});
  }
}

void PatternBuilder::AddWatches(uint32_t state) {
  const StateInfo& info = states_.states[state];
  for (const uint32_t step : info.negations) {
    const GroupInfo* group = GroupOf(step);
    if (group == nullptr || group->is_free || !IsAwake(info, step)) continue;
    for (const auto& begins : group->begins) {
      for (const StateEdge& begin : begins) {
        const uint32_t id = AddEdge(ir::EdgeKind::Watch, {state, begin});
        pattern_.states[state].watches.push_back(id);
      }
    }
  }
}

// States of the way of `begin`, the first state of a run, in which a run may take more into the closure.
std::vector<uint32_t> PatternBuilder::StatesThatGrow(uint32_t closure, uint32_t begin) const {
  std::vector<uint32_t> growing;
  for (uint32_t s = 1; s < states_.states.size(); ++s) {
    const StateInfo& state = states_.states[s];
    const bool grows =
        std::any_of(state.edges.begin(), state.edges.end(),
                    [&](const StateEdge& edge) { return edge.more && edge.step == closure; });
    if (grows && state.way == states_.states[begin].way) growing.push_back(s);
  }
  return growing;
}

void PatternBuilder::BuildClosures() {
  for (uint32_t step = 0; step < steps_.size(); ++step) {
    const TypedStep& typed = steps_[step];
    if (!typed.is_closure()) continue;
    ir::Closure closure;
    closure.step = step;
    closure.mode = typed.mode;
    closure.count_slot = SlotOf(fmt::format("{}.count", step));
    closure.truncated_slot = SlotOf(fmt::format("{}.truncated", step));
    const bool subsets = typed_.run_per_choice || typed.mode == ir::ClosureMode::Subsets;
    closure.limit = subsets ? limits::kMaxSubsetElements : limits::kMaxClosureElements;
    for (uint32_t slot = 0; slot < pattern_.run.slots.size(); ++slot) {
      const bool own = std::any_of(captures_.begin(), captures_.end(), [&](const Capture& capture) {
        return capture.step == step && capture.list &&
               capture.name == pattern_.run.slots[slot].name;
      });
      if (own) closure.lists.push_back(slot);
    }
    if (!closure.lists.empty()) {
      closure.chain_slot = SlotOf(fmt::format("{}.chain", step));
      closure.from_slot = SlotOf(fmt::format("{}.from", step));
    }
    for (ir::PatternEdge& edge : pattern_.edges) {
      if (edge.step != step) continue;
      edge.closure = static_cast<uint32_t>(pattern_.closures.size());
      // Under .strategy(any) every event is some run's first one.
      const bool barred = typed_.selection != ir::Selection::Any;
      if (edge.kind == ir::EdgeKind::Begin && barred && !typed.is_hidden())
        edge.barred_by = StatesThatGrow(step, edge.to);
    }
    closure.check_first = ElementCheck(step, true);
    closure.check_more = ElementCheck(step, false);
    pattern_.closures.push_back(std::move(closure));
  }
}

// --- for people ----------------------------------------------------------------------------------

void PatternBuilder::Describe() {
  std::string partition;
  for (const sema::NamedItem& key : typed_.partition)
    partition += (partition.empty() ? "" : ", ") + key.name;
  ir::Automaton& automaton = pattern_.automaton;
  for (uint32_t s = 0; s < states_.states.size(); ++s) {
    const bool waits = s > 0 && !IsOver(s);
    std::string key = waits ? partition : std::string();
    if (waits) {
      for (const std::string& part : keys_.OfState(s)) key += (key.empty() ? "" : ", ") + part;
    }
    automaton.states.push_back({states_.states[s].name, key});
  }
  automaton.states.push_back({"match", ""});
  // States that runs never stand in are not shown.
  std::vector<uint32_t> shown(automaton.states.size());
  std::vector<ir::AutomatonState> kept;
  for (uint32_t s = 0; s < automaton.states.size(); ++s) {
    shown[s] = static_cast<uint32_t>(kept.size());
    const bool over = s > 0 && s < over_ && IsOver(s);
    if (!over) kept.push_back(automaton.states[s]);
  }
  automaton.states = std::move(kept);
  size_t equalities = 0;
  for (const StepParts& part : parts_) equalities += part.keys.size();
  for (size_t i = 0; i < pattern_.edges.size(); ++i) {
    const ir::PatternEdge& edge = pattern_.edges[i];
    std::string text = pattern_.steps[edge.step].text;
    if (edge.has_match && !edge.ends) text += "  (a match)";
    automaton.edges.push_back({edge.kind, shown[edge.from], shown[edge.to], edge.step, text});
    const bool last = i + 1 == pattern_.edges.size() || pattern_.edges[i + 1].from != edge.from;
    if (!last || edge.kind == ir::EdgeKind::Begin) continue;
    automaton.edges.push_back({ir::EdgeKind::Ignore, shown[edge.from], shown[edge.from], 0, ""});
    if (pattern_.states[edge.from].matches_at_deadline) {
      automaton.edges.push_back({ir::EdgeKind::Deadline, shown[edge.from], shown[over_], 0, ""});
    }
  }
  if (automaton.states.size() < 3 || automaton.states[1].key.empty()) return;
  pattern_.key_text = fmt::format("{} (from {} equalities{})", automaton.states[1].key, equalities,
                                  partition.empty() ? "" : " and partition_by");
}

}  // namespace varpulis::lower
