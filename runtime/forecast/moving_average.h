#pragma once

// Exponential averages of what comes in, in which the newest value weighs 0.05 (language.md 8.2); the first
// one is the average.

#include <cmath>

#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

class MovingAverage {
 public:
  static constexpr double kWeight = 0.05;

  void Add(double value) {
    if (!has_value_) {
      has_value_ = true;
      mean_ = value;
      return;
    }
    const double off = value - mean_;
    mean_ += kWeight * off;
    variance_ = (1 - kWeight) * (variance_ + kWeight * off * off);
  }

  bool has_value() const { return has_value_; }
  double mean() const { return mean_; }
  double deviation() const { return std::sqrt(variance_); }

  void Save(state::StateWriter& out) const {
    out.Flag(has_value_);
    out.F64(mean_);
    out.F64(variance_);
  }
  // Of values that are not negative.
  void Restore(state::StateReader& in) {
    has_value_ = in.Flag();
    mean_ = in.F64();
    variance_ = in.F64();
    in.Require(std::isfinite(mean_) && mean_ >= 0 && std::isfinite(variance_) && variance_ >= 0,
               "an impossible average");
  }

 private:
  bool has_value_ = false;
  double mean_ = 0;
  double variance_ = 0;
};

}  // namespace varpulis::forecast
