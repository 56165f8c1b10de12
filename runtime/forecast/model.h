#pragma once

// What one partition of a stream has learnt, and what it expects of its runs.

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "compiler/ir/forecast_plan.h"
#include "runtime/forecast/calibration.h"
#include "runtime/forecast/intensity.h"
#include "runtime/forecast/moving_average.h"
#include "runtime/forecast/open_runs.h"
#include "runtime/forecast/run_automaton.h"
#include "runtime/forecast/stability.h"
#include "runtime/forecast/suffix_tree.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

struct Prediction {
  double probability = 0;
  double progress = 0;   // that the next event takes the run further
  uint32_t context = 0;  // symbols
};

class Model {
 public:
  // Both outlive the model.
  Model(const ir::ForecastPlan& plan, RunAutomaton& automaton);
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // An event of the symbol has come.
  void Learn(ir::SymbolMask mask, TimestampNs time);
  // For a run in the state, at the time of an event that has been learnt.
  Prediction Predict(uint32_t state, TimestampNs time);

  // It has learnt enough to speak. Once it is over the warm-up stays over.
  bool is_warm() const { return is_warm_; }
  // Nanoseconds between two events; 0 as long as there has been one at most.
  double interval() const { return interval_.mean(); }

  OpenRuns& runs() { return runs_; }
  const OpenRuns& runs() const { return runs_; }
  const Stability& stability() const { return stability_; }
  Calibration& calibration() { return calibration_; }
  uint64_t refused() const { return tree_.refused(); }
  size_t bytes() const;
  // What it has learnt, without its runs; into a model that has learnt nothing. model_restore.cpp
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in);

 private:
  Symbol SymbolOf(ir::SymbolMask mask);
  void Intern(ir::SymbolMask mask);
  uint32_t Rounds() const;

  const ir::ForecastPlan& plan_;
  RunAutomaton& automaton_;
  std::vector<ir::SymbolMask> masks_;   // by symbol; 0 is `other`
  std::vector<Moves> moves_;            // parallel to them
  std::vector<const Moves*> moves_of_;  // what points at them
  SuffixTree tree_;
  std::vector<Intensity> intensities_;  // by symbol
  MovingAverage interval_;              // ns
  TimestampNs latest_ = 0;
  uint64_t events_ = 0;
  bool is_warm_ = false;
  Stability stability_;
  Calibration calibration_;
  OpenRuns runs_;
  std::vector<double> probabilities_;  // scratch
};

}  // namespace varpulis::forecast
