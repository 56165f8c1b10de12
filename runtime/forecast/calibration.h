#pragma once

// By how much predictions have been wrong, and so how wide an interval has to be that holds the outcome nine
// times out of ten: conformal prediction (Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World,
// 2005) over the last 1,000 outcomes.

#include <cstddef>
#include <optional>
#include <vector>

#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

class Calibration {
 public:
  // `outcome` is 1 if the run completed, otherwise 0.
  void Add(double predicted, double outcome);
  // What to add to a probability, and to take from it. Nothing as long as fewer than nine outcomes are
  // known: no interval would hold nine out of ten of so few.
  std::optional<double> margin() const;
  // model_restore.cpp
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in);
  size_t bytes() const { return (latest_.capacity() + sorted_.capacity()) * sizeof(double); }

 private:
  static constexpr size_t kOutcomes = 1'000;

  std::vector<double> latest_;  // in order of arrival, from `oldest_` on, once it is full
  std::vector<double> sorted_;
  size_t oldest_ = 0;
};

}  // namespace varpulis::forecast
