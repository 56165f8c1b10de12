#include "runtime/forecast/intensity.h"

#include <algorithm>
#include <cmath>

namespace varpulis::forecast {
namespace {

constexpr double kMostBoost = 5;

}  // namespace

double Intensity::SecondsSince(TimestampNs time) const {
  return time <= latest_ ? 0 : static_cast<double>(base::TimeBetween(latest_, time)) / kNsPerSecond;
}

// mu + (intensity - mu + alpha) * exp(-beta * dt), with beta = 1 / deviation. Events at even intervals
// have no deviation: what one adds is gone at once.
double Intensity::After(double seconds) const {
  const double mu = usual();
  const double alpha = mu / 2;
  double decay = 1;
  if (seconds > 0) decay = gaps_.deviation() > 0 ? std::exp(-seconds / gaps_.deviation()) : 0;
  return mu + (intensity_ - mu + alpha) * decay;
}

void Intensity::Arrive(TimestampNs time) {
  if (events_ > 0) {
    const double gap = SecondsSince(time);
    if (is_known_) intensity_ = After(gap);
    gaps_.Add(gap);
  }
  latest_ = events_ == 0 ? time : std::max(latest_, time);
  ++events_;
  // Events at one moment have no usual intensity.
  const bool was_known = is_known_;
  is_known_ = IsKnown();
  if (is_known_ && !was_known) intensity_ = usual();
}

double Intensity::Boost(TimestampNs time) const {
  if (!is_known_) return 1;
  return std::clamp(After(SecondsSince(time)) / usual(), 1.0, kMostBoost);
}

}  // namespace varpulis::forecast
