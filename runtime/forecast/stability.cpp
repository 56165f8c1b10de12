#include "runtime/forecast/stability.h"

#include <algorithm>
#include <cmath>

namespace varpulis::forecast {
namespace {

constexpr double kSettled = 0.15;

}  // namespace

void Stability::Add(double prediction) { latest_[seen_++ % kPredictions] = prediction; }

// Deviation by mean; equal predictions have none, whatever they are.
double Stability::Variation() const {
  const size_t count = std::min<uint64_t>(seen_, kPredictions);
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += latest_[i];
  const double mean = sum / static_cast<double>(count);
  double squares = 0;
  for (size_t i = 0; i < count; ++i) squares += (latest_[i] - mean) * (latest_[i] - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(count));
  return deviation == 0 ? 0 : deviation / mean;
}

double Stability::confidence() const { return seen_ < 2 ? 0 : 1 - std::min(1.0, Variation()); }

bool Stability::is_settled() const { return seen_ >= kPredictions && Variation() < kSettled; }

}  // namespace varpulis::forecast
