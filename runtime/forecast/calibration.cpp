#include "runtime/forecast/calibration.h"

#include <algorithm>
#include <cmath>

namespace varpulis::forecast {
namespace {

constexpr size_t kFewestOutcomes = 9;

}  // namespace

void Calibration::Add(double predicted, double outcome) {
  const double score = std::abs(predicted - outcome);
  if (latest_.size() < kOutcomes) {
    latest_.push_back(score);
  } else {
    sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), latest_[oldest_]));
    latest_[oldest_] = score;
    oldest_ = (oldest_ + 1) % kOutcomes;
  }
  sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), score), score);
}

std::optional<double> Calibration::margin() const {
  const size_t n = sorted_.size();
  if (n < kFewestOutcomes) return std::nullopt;
  // ceil((n + 1) * 0.1), in whole numbers.
  const size_t tenth = (n + 1 + 9) / 10;
  return sorted_[n - 1 - (tenth - 1)];
}

}  // namespace varpulis::forecast
