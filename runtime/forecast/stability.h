#pragma once

// How much the last predictions differ from each other (language-later.md 8.2).

#include <array>
#include <cstddef>
#include <cstdint>

#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

class Stability {
 public:
  void Add(double prediction);
  // 1 - min(1, coefficient of variation of the last 20 predictions); of a single one 0, there being
  // nothing to compare it with.
  double confidence() const;
  // There are 20, with a coefficient of variation below 0.15.
  bool is_settled() const;
  // model_restore.cpp
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in);

 private:
  static constexpr size_t kPredictions = 20;

  double Variation() const;

  std::array<double, kPredictions> latest_{};  // the oldest is overwritten next
  uint64_t seen_ = 0;
};

}  // namespace varpulis::forecast
