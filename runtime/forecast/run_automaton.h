#pragma once

// A pattern as a forecast sees it: what each symbol does to a run in each state, and how likely a run is to
// come to a match over symbols that come with given probabilities (the pattern Markov chain of
// forecast_plan.h, by value iteration).

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/forecast_plan.h"
#include "compiler/ir/pattern_plan.h"
#include "runtime/pattern/progress.h"

namespace varpulis::forecast {

// What a symbol does to a run, by the state in which it waits: the state in which it then waits.
using Moves = std::vector<uint32_t>;
inline constexpr uint32_t kOver = UINT32_MAX;       // it ends without a match
inline constexpr uint32_t kMatch = UINT32_MAX - 1;  // it has one

struct Outlook {
  double completion = 0;  // of the run, within the rounds
  double progress = 0;    // that the next event takes it further
};

class RunAutomaton {
 public:
  // The plans outlive the object.
  RunAutomaton(const ir::PatternPlan& pattern, const ir::ForecastPlan& forecast);

  Moves MovesOf(ir::SymbolMask symbol) const;

  // Of a run in the state: the least it needs.
  const pattern::StepsLeft& left(uint32_t state) const { return left_[state]; }
  // `state_<i>_of_<n>`: it has taken i steps of at least n; a deadline to wait for is a step, too.
  const std::string& label(uint32_t state) const { return labels_[state]; }
  // Runs that have got further have a smaller one: more steps taken, or as many and fewer to go.
  uint32_t rank(uint32_t state) const { return ranks_[state]; }

  // For a run in the state, if `probabilities` and `moves` are those of the symbols. Conditions are as
  // they are now: the probabilities are the same in all rounds, of which there is one per event.
  Outlook Foresee(uint32_t state, const std::vector<double>& probabilities,
                  const std::vector<const Moves*>& moves, uint32_t rounds);

 private:
  struct Way {
    uint32_t to;  // into the states that can be reached
    double probability;
  };
  // A state that can be reached, while its value is worked out.
  struct Place {
    uint32_t state = 0;
    double match = 0;  // by the next event
    std::vector<Way> ways = {};
    double value = 0;
    double next = 0;
  };

  bool IsHit(uint32_t step, ir::SymbolMask symbol) const;
  bool Breaks(ir::SymbolMask symbol) const;
  uint32_t MoveOf(uint32_t state, ir::SymbolMask symbol) const;
  uint32_t PlaceOf(uint32_t state);
  void FindWays(uint32_t place, const std::vector<double>& probabilities,
                const std::vector<const Moves*>& moves);

  const ir::PatternPlan& pattern_;
  const ir::ForecastPlan& forecast_;
  std::vector<pattern::StepsLeft> left_;
  std::vector<std::string> labels_;
  std::vector<uint32_t> ranks_;
  // Scratch: the first `reached_` are in use, the others keep their memory.
  std::vector<Place> places_;
  uint32_t reached_ = 0;
  std::vector<uint32_t> place_of_;  // by state; kOver if it has none
};

}  // namespace varpulis::forecast
