#pragma once

// The states of a pattern's automaton: how far each of its parts may have got (SASE's NFA, with one
// state for every combination of the parts of an AND). Private to compiler/lower.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/sema/typed_pattern.h"

namespace varpulis::lower {

struct StateEdge {
  uint32_t step;
  bool more;  // a further element of a closure
  uint32_t to;
};

struct StateInfo {
  std::string name;                 // `after a`
  uint32_t way = 0;                 // of the alternatives; those of negated groups are numbered on
  uint32_t group = sema::kNoGroup;  // a watcher stands here: the step that stands for its group
  std::vector<bool> bound;          // by step: it is bound in any case
  std::vector<bool> maybe_bound;    // by step: it may be
  bool complete = false;            // nothing more has to be bound
  bool absence = false;             // and then only time can tell: a negation ends the pattern
  std::vector<StateEdge> edges;     // preferred first
  std::vector<uint32_t> negations;  // steps whose events kill a run that is here
};

// NOT of several steps. Its states are those of a watcher, which starts when an event fits a first step.
struct GroupInfo {
  uint32_t step;         // stands for it
  bool is_free = false;  // it stands in front of everything: watchers need no run
  std::vector<std::vector<StateEdge>> begins = {};  // by way
};

struct PatternStates {
  // 0 is where nothing is bound; alternatives share no other state.
  std::vector<StateInfo> states;
  // What an event may do without a run, by alternative.
  std::vector<std::vector<StateEdge>> begins;
  // Negated steps in front of everything else, by alternative and in all.
  std::vector<std::vector<uint32_t>> blocked_by;
  std::vector<uint32_t> blockers;
  // Inner ones behind the outer ones.
  std::vector<GroupInfo> groups;
};

PatternStates EnumerateStates(const sema::TypedPattern& pattern);

}  // namespace varpulis::lower
