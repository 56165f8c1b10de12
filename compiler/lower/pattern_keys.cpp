#include "compiler/lower/pattern_keys.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace varpulis::lower {

using sema::PatternNode;
using sema::TypedExprPtr;
using sema::TypedOp;

namespace {

bool HasAll(const PatternNode& node) {
  return node.kind == PatternNode::Kind::All ||
         std::any_of(node.parts.begin(), node.parts.end(), HasAll);
}

// States and the steps that they wait for, as far as they need one key: what runs in a state are
// indexed by is what rows for any of its steps are looked up by.
class Joined {
 public:
  explicit Joined(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0); }
  size_t Root(size_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  void Join(size_t a, size_t b) { parent_[Root(a)] = Root(b); }

 private:
  std::vector<size_t> parent_;
};

}  // namespace

PatternKeys::PatternKeys(const sema::TypedPattern& pattern, const PatternStates& states,
                         const std::vector<StepParts>& parts,
                         const std::vector<std::string>& aliases)
    : pattern_(pattern),
      aliases_(aliases),
      candidates_(pattern.steps.size()),
      state_keys_(states.states.size()),
      step_keys_(pattern.steps.size()),
      keyed_(pattern.steps.size()) {
  partition_only_ = NeedsPartitionOnly(states);
  FindCandidates(parts);
  JoinKeys(states);
  KeyGroups(states);
  KeyNegations(states);
  FindConstant(states);
}

// Selections ask about all runs of a partition; absences and closures that wait end by partition.
bool PatternKeys::NeedsPartitionOnly(const PatternStates& states) const {
  const bool all_asked =
      pattern_.selection == ir::Selection::Stnm || pattern_.selection == ir::Selection::Strict;
  if (all_asked || !states.blockers.empty()) return true;
  for (const auto& begins : states.begins) {
    for (const StateEdge& edge : begins) {
      if (pattern_.steps[edge.step].is_closure()) return true;
    }
  }
  if (pattern_.partition.empty()) return false;
  if (pattern_.longest) return true;
  return std::any_of(states.states.begin(), states.states.end(),
                     [](const StateInfo& state) { return state.absence; });
}

// A value that some earlier step has as well is taken from there, so that it stays the same.
TypedExprPtr PatternKeys::Canonical(const TypedExprPtr& bound) const {
  if (bound->op != TypedOp::Field) return bound;
  const auto earlier = same_.find({bound->index, bound->text});
  return earlier == same_.end() ? bound : earlier->second;
}

void PatternKeys::FindCandidates(const std::vector<StepParts>& parts) {
  if (partition_only_) return;
  // Members of an AND come in any order: which of two has the value first is not known.
  const bool in_order =
      pattern_.alternatives.size() == 1 && !HasAll(pattern_.alternatives.front()) &&
      std::none_of(pattern_.steps.begin(), pattern_.steps.end(), [](const sema::TypedStep& step) {
        return std::any_of(step.group.begin(), step.group.end(), HasAll);
      });
  for (uint32_t step = 0; step < parts.size(); ++step) {
    for (const KeyPart& key : parts[step].keys) {
      const TypedExprPtr bound = in_order ? Canonical(key.bound) : key.bound;
      // The last element of a closure changes with each one.
      const auto reads = StepsRead(bound);
      const bool changes = std::any_of(reads.begin(), reads.end(), [&](uint32_t read) {
        return pattern_.steps[read].is_closure();
      });
      if (changes) continue;
      const std::string text = sema::ToText(*bound, aliases_);
      bound_.emplace(text, bound);
      candidates_[step].emplace(text, key.candidate);
      if (key.candidate->op == TypedOp::Field && !pattern_.steps[step].negated) {
        same_.emplace(std::pair(step, key.candidate->text), bound);
      }
    }
  }
}

void PatternKeys::JoinKeys(const PatternStates& states) {
  const size_t state_count = states.states.size();
  Joined joined(state_count + pattern_.steps.size());
  for (uint32_t s = 0; s < state_count; ++s) {
    if (states.states[s].group != sema::kNoGroup) continue;
    for (const StateEdge& edge : states.states[s].edges) joined.Join(s, state_count + edge.step);
  }
  std::map<size_t, std::optional<KeyList>> common;  // by root
  for (uint32_t s = 0; s < state_count; ++s) {
    const StateInfo& state = states.states[s];
    if (state.group != sema::kNoGroup) continue;
    for (const StateEdge& edge : state.edges) {
      KeyList available;
      for (const auto& [text, unused] : candidates_[edge.step]) {
        const auto reads = StepsRead(bound_.at(text));
        const bool known = std::all_of(reads.begin(), reads.end(),
                                       [&](uint32_t read) { return state.bound[read]; });
        if (known) available.push_back(text);
      }
      std::optional<KeyList>& keys = common[joined.Root(s)];
      if (!keys) {
        keys = available;
      } else {
        std::erase_if(*keys, [&](const std::string& key) {
          return std::find(available.begin(), available.end(), key) == available.end();
        });
      }
    }
  }
  const auto keys_of = [&](size_t node) {
    const auto found = common.find(joined.Root(node));
    return found == common.end() ? KeyList{} : found->second.value_or(KeyList{});
  };
  for (uint32_t s = 0; s < state_count; ++s) state_keys_[s] = keys_of(s);
  for (uint32_t step = 0; step < pattern_.steps.size(); ++step) {
    step_keys_[step] = keys_of(state_count + step);
    keyed_[step] = !step_keys_[step].empty() || !pattern_.partition.empty();
  }
}

// Watchers have the key of the runs that they watch for, if all steps of the group know it.
void PatternKeys::KeyGroups(const PatternStates& states) {
  for (const GroupInfo& group : states.groups) {
    std::optional<KeyList> keys;
    bool agreed = true;
    for (uint32_t s = 0; s < states.states.size(); ++s) {
      const auto& negations = states.states[s].negations;
      if (std::find(negations.begin(), negations.end(), group.step) == negations.end()) continue;
      agreed = agreed && (!keys || *keys == state_keys_[s]);
      keys = state_keys_[s];
    }
    if (!keys) keys = KeyList{};
    std::vector<uint32_t> steps;
    for (uint32_t step = 0; step < pattern_.steps.size(); ++step) {
      const sema::TypedStep& typed = pattern_.steps[step];
      if (typed.group_of == group.step && !typed.negated) steps.push_back(step);
    }
    for (const uint32_t step : steps) {
      for (const std::string& key : *keys) agreed = agreed && candidates_[step].contains(key);
    }
    if (!agreed) keys = KeyList{};
    for (uint32_t s = 0; s < states.states.size(); ++s) {
      if (states.states[s].group == group.step) state_keys_[s] = *keys;
    }
    for (const uint32_t step : steps) {
      step_keys_[step] = *keys;
      keyed_[step] = !keys->empty() || !pattern_.partition.empty();
    }
  }
}

// A negation looks runs up by the key of all states in which it is active, if it has that key.
void PatternKeys::KeyNegations(const PatternStates& states) {
  for (uint32_t step = 0; step < pattern_.steps.size(); ++step) {
    if (!pattern_.steps[step].negated || pattern_.steps[step].stands_for_group()) continue;
    std::optional<KeyList> keys;
    bool agreed = true;
    for (uint32_t s = 0; s < states.states.size(); ++s) {
      const auto& negations = states.states[s].negations;
      if (std::find(negations.begin(), negations.end(), step) == negations.end()) continue;
      agreed = agreed && (!keys || *keys == state_keys_[s]);
      keys = state_keys_[s];
    }
    if (!keys) keys = KeyList{};
    for (const std::string& key : *keys) agreed = agreed && candidates_[step].contains(key);
    step_keys_[step] = agreed ? *keys : KeyList{};
    keyed_[step] = agreed && (!keys->empty() || !pattern_.partition.empty());
  }
}

void PatternKeys::FindConstant(const PatternStates& states) {
  std::optional<KeyList> keys;
  for (uint32_t s = 1; s < states.states.size(); ++s) {
    if (states.states[s].edges.empty() && states.states[s].negations.empty()) continue;
    if (keys && *keys != state_keys_[s]) return;
    keys = state_keys_[s];
  }
  if (!keys || (keys->empty() && pattern_.partition.empty())) return;
  constant_ = true;
  for (uint32_t step = 0; step < pattern_.steps.size(); ++step) {
    const sema::TypedStep& typed = pattern_.steps[step];
    if (typed.is_hidden() && !typed.stands_for_group() && !keyed_[step]) constant_ = false;
  }
  const bool partition = keys->empty() && !pattern_.partition.empty();
  if (!states.blockers.empty() && !partition) constant_ = false;
}

}  // namespace varpulis::lower
