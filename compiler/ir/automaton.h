#pragma once

// The matching automaton of a pattern, after SASE (Wu, Diao, Rizvi: High-Performance Complex Event
// Processing over Streams, SIGMOD 2006, and Agrawal et al., SIGMOD 2008): states are what a run has
// bound so far, edges say what an event may do to it.
//
//   (0) --begin A--> (1) --take B--> (2) --take C--> ((3))
//                    ^  \ignore       ^  \ignore
//
// `begin` opens a run, `take` binds a step, `more` adds an element to a closure, `kill` ends the run for
// what must not come, `ignore` keeps it as it is (skip till next match), `deadline` has the match that
// nothing prevented. The last state is accepting and is never stored.
//
// NOT of several steps has states of its own, in which watchers stand: `watch` makes one for a run when an
// event fits a first step of the group; a watcher that has taken the last one ends the run.

#include <cstdint>
#include <string>
#include <vector>

namespace varpulis::ir {

enum class EdgeKind : uint8_t { Begin, Take, More, Kill, Watch, Ignore, Deadline };

struct AutomatonEdge {
  EdgeKind kind;
  uint32_t from;
  uint32_t to;
  uint32_t step = 0;      // begin, take, more, kill, watch: the step whose events take it
  std::string condition;  // text of the whole condition, for dumps; empty if none
};

struct AutomatonState {
  std::string name;  // "start", "after l", "match"
  std::string key;   // what runs in this state are indexed by; empty: one chain
};

struct Automaton {
  std::vector<AutomatonState> states;
  std::vector<AutomatonEdge> edges;
};

std::string Print(const Automaton& automaton);
std::string PrintDot(const Automaton& automaton, const std::string& name);

}  // namespace varpulis::ir
