#include "runtime/forecast/model.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace varpulis::forecast {
namespace {

constexpr double kMostRounds = 50;
// Predictions that do not settle are waited for this many times as long as events at the least.
constexpr uint64_t kPatience = 5;

}  // namespace

Model::Model(const ir::ForecastPlan& plan, RunAutomaton& automaton)
    : plan_(plan), automaton_(automaton), tree_(plan.max_depth, 1), is_warm_(plan.warmup == 0) {
  Intern(0);
  for (const ir::SymbolMask mask : plan.symbols) {
    if (std::find(masks_.begin(), masks_.end(), mask) == masks_.end()) Intern(mask);
  }
}

void Model::Intern(ir::SymbolMask mask) {
  masks_.push_back(mask);
  moves_.push_back(automaton_.MovesOf(mask));
  moves_of_.clear();
  for (const Moves& moves : moves_) moves_of_.push_back(&moves);
  intensities_.emplace_back();
  if (masks_.size() > tree_.alphabet()) tree_.Widen(static_cast<uint32_t>(masks_.size()));
}

// Conditions that have not held together before make a new symbol, as long as there is room for it.
Symbol Model::SymbolOf(ir::SymbolMask mask) {
  const auto known = std::find(masks_.begin(), masks_.end(), mask);
  if (known != masks_.end()) return static_cast<Symbol>(known - masks_.begin());
  if (masks_.size() >= limits::kMaxForecastSymbols) return 0;
  Intern(mask);
  return static_cast<Symbol>(masks_.size() - 1);
}

void Model::Learn(ir::SymbolMask mask, TimestampNs time) {
  const Symbol symbol = SymbolOf(mask);
  tree_.Learn(symbol);
  if (plan_.hawkes) intensities_[symbol].Arrive(time);
  if (events_ > 0) {
    // A late event counts as one at the time of the latest.
    const DurationNs gap = time <= latest_ ? 0 : base::TimeBetween(latest_, time);
    interval_.Add(static_cast<double>(gap));
  }
  latest_ = events_ == 0 ? time : std::max(latest_, time);
  ++events_;
  if (is_warm_ || events_ <= plan_.warmup) return;
  const bool waits =
      plan_.adaptive && !stability_.is_settled() && events_ <= kPatience * plan_.warmup;
  is_warm_ = !waits;
}

// How many events the horizon has room for.
uint32_t Model::Rounds() const {
  const double horizon = static_cast<double>(plan_.horizon);
  if (interval_.mean() <= 0) return static_cast<uint32_t>(kMostRounds);
  return static_cast<uint32_t>(
      std::clamp(std::round(horizon / interval_.mean()), 1.0, kMostRounds));
}

Prediction Model::Predict(uint32_t state, TimestampNs time) {
  Prediction prediction;
  prediction.context = tree_.Predict(probabilities_);
  if (plan_.hawkes) {
    double sum = 0;
    for (Symbol symbol = 0; symbol < probabilities_.size(); ++symbol) {
      probabilities_[symbol] *= intensities_[symbol].Boost(time);
      sum += probabilities_[symbol];
    }
    for (double& probability : probabilities_) probability /= sum;
  }
  const Outlook outlook = automaton_.Foresee(state, probabilities_, moves_of_, Rounds());
  prediction.probability = outlook.completion;
  prediction.progress = outlook.progress;
  stability_.Add(prediction.probability);
  return prediction;
}

size_t Model::bytes() const {
  return sizeof(Model) + tree_.bytes() + calibration_.bytes() +
         masks_.size() * (sizeof(ir::SymbolMask) + sizeof(Intensity) + sizeof(Moves) +
                          moves_.front().size() * sizeof(uint32_t)) +
         runs_.size() * sizeof(std::pair<uint32_t, uint64_t>);
}

}  // namespace varpulis::forecast
