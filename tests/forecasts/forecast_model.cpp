#include "tests/forecasts/forecast_model.h"

#include <algorithm>
#include <cmath>
#include <list>

namespace varpulis::testing {
namespace {

constexpr double kSecond = 1e9;

// An exponential average of weight 0.05, and what values are off it.
struct Average {
  std::optional<double> mean;
  double variance = 0;

  void Add(double value) {
    if (!mean) {
      mean = value;
      return;
    }
    const double off = value - *mean;
    *mean += 0.05 * off;
    variance = (1 - 0.05) * (variance + 0.05 * off * off);
  }
};

struct Burst {
  std::vector<int64_t> times = {};
  Average gaps = {};
  std::optional<double> level = {};

  double After(double seconds) const {
    const double mu = 1 / *gaps.mean;
    const double deviation = std::sqrt(gaps.variance);
    double decay = 1;
    if (seconds > 0) decay = deviation > 0 ? std::exp(-seconds / deviation) : 0;
    return mu + (*level - mu + mu / 2) * decay;
  }
  void Arrive(int64_t time) {
    if (!times.empty()) {
      const double gap = static_cast<double>(time - times.back()) / kSecond;
      if (level) level = After(gap);
      gaps.Add(gap);
    }
    times.push_back(time);
    if (times.size() < 10 || *gaps.mean <= 0) {
      level.reset();
    } else if (!level) {
      level = 1 / *gaps.mean;
    }
  }
  double Boost(int64_t time) const {
    if (!level) return 1;
    const double mu = 1 / *gaps.mean;
    return std::clamp(After(static_cast<double>(time - times.back()) / kSecond) / mu, 1.0, 5.0);
  }
};

struct Run {
  size_t taken = 1;
  int64_t start = 0;
  std::optional<double> predicted = {};
};

class Partition {
 public:
  explicit Partition(const ForecastOptions& options)
      : options_(options), warm_(options.warmup == 0) {
    for (const std::string& step : options.steps) {
      if (std::find(alphabet_.begin(), alphabet_.end(), step) == alphabet_.end())
        alphabet_.push_back(step);
    }
    bursts_.resize(alphabet_.size());
  }

  void Expire(int64_t clock) {
    for (auto run = runs_.begin(); run != runs_.end();) {
      if (clock - run->start <= options_.within) {
        ++run;
        continue;
      }
      Score(*run, 0);
      run = runs_.erase(run);
    }
  }

  std::optional<ExpectedForecast> Take(const ForecastEvent& event) {
    const auto found = std::find(alphabet_.begin() + 1, alphabet_.end(), event.type);
    const size_t symbol = event.fits ? static_cast<size_t>(found - alphabet_.begin()) : 0;
    if (event.fits) Match(event);
    history_.push_back(symbol);
    bursts_[symbol].Arrive(event.time);
    if (latest_) gaps_.Add(static_cast<double>(event.time - *latest_));
    latest_ = event.time;
    const size_t seen = history_.size();
    if (!warm_ && seen > options_.warmup) {
      const bool settled = predictions_.size() >= 20 && Variation() < 0.15;
      warm_ = !options_.adaptive || settled || seen > 5 * options_.warmup;
    }
    if (runs_.empty()) return std::nullopt;
    return Foretell(event.time);
  }

 private:
  void Score(const Run& run, double outcome) {
    if (run.predicted) scores_.push_back(std::abs(*run.predicted - outcome));
  }

  void Match(const ForecastEvent& event) {
    for (auto run = runs_.begin(); run != runs_.end();) {
      if (options_.steps[run->taken] == event.type) ++run->taken;
      if (run->taken < options_.steps.size()) {
        ++run;
        continue;
      }
      Score(*run, 1);
      run = runs_.erase(run);
    }
    if (options_.steps.front() == event.type) runs_.push_back({1, event.time});
  }

  // Of the last 20 predictions.
  double Variation() const {
    const size_t n = std::min<size_t>(20, predictions_.size());
    const std::vector<double> last(predictions_.end() - static_cast<std::ptrdiff_t>(n),
                                   predictions_.end());
    double mean = 0, squares = 0;
    for (const double p : last) mean += p / static_cast<double>(n);
    for (const double p : last) squares += (p - mean) * (p - mean) / static_cast<double>(n);
    return *std::max_element(last.begin(), last.end()) ==
                   *std::min_element(last.begin(), last.end())
               ? 0
               : std::sqrt(squares) / mean;
  }

  // What is to come, by the longest context that something has come behind before.
  std::vector<double> Chances(int64_t& depth) const {
    std::vector<double> counts(alphabet_.size());
    double total = 0;
    for (size_t length = std::min(options_.depth, history_.size()) + 1; length-- > 0;) {
      for (size_t i = length; i < history_.size(); ++i) {
        const auto end = history_.begin() + static_cast<std::ptrdiff_t>(i);
        if (!std::equal(end - static_cast<std::ptrdiff_t>(length), end,
                        history_.end() - static_cast<std::ptrdiff_t>(length)))
          continue;
        ++counts[history_[i]];
        ++total;
      }
      depth = static_cast<int64_t>(length);
      if (total > 0) break;
    }
    for (double& count : counts)
      count = (count + 0.01) / (total + 0.01 * static_cast<double>(alphabet_.size()));
    return counts;
  }

  size_t SymbolOf(size_t step) const {
    return static_cast<size_t>(
        std::find(alphabet_.begin() + 1, alphabet_.end(), options_.steps[step]) -
        alphabet_.begin());
  }

  // Chance by chance of having got to the end, from each number of steps taken.
  double Completion(size_t taken, const std::vector<double>& chances) const {
    double rounds = 50;
    if (gaps_.mean && *gaps_.mean > 0)
      rounds =
          std::clamp(std::round(static_cast<double>(options_.horizon) / *gaps_.mean), 1.0, 50.0);
    const size_t end = options_.steps.size();
    std::vector<double> values(end + 1, 0.0);
    values[end] = 1;
    for (int round = 0; round < static_cast<int>(rounds); ++round) {
      std::vector<double> next = values;
      for (size_t at = 1; at < end; ++at) {
        const double step = chances[SymbolOf(at)];
        double stays = 0;
        for (size_t x = 0; x < chances.size(); ++x) stays += x == SymbolOf(at) ? 0 : chances[x];
        next[at] = step * values[at + 1] + stays * values[at];
      }
      double moved = 0;
      for (size_t at = taken; at <= end; ++at)
        moved = std::max(moved, std::abs(next[at] - values[at]));
      values = next;
      if (moved < 1e-10) break;
    }
    return values[taken];
  }

  std::optional<ExpectedForecast> Foretell(int64_t now) {
    Run& run = *std::max_element(runs_.begin(), runs_.end(),
                                 [](const Run& a, const Run& b) { return a.taken < b.taken; });
    ExpectedForecast forecast;
    std::vector<double> chances = Chances(forecast.depth);
    if (options_.hawkes) {
      double sum = 0;
      for (size_t x = 0; x < chances.size(); ++x) sum += chances[x] *= bursts_[x].Boost(now);
      for (double& chance : chances) chance /= sum;
    }
    forecast.probability = Completion(run.taken, chances);
    predictions_.push_back(forecast.probability);
    if (!warm_) return std::nullopt;
    run.predicted = forecast.probability;
    if (forecast.probability < options_.confidence) return std::nullopt;
    forecast.confidence = predictions_.size() < 2 ? 0 : 1 - std::min(1.0, Variation());
    const auto left = static_cast<double>(options_.steps.size() - run.taken);
    const double progress = std::max(0.01, chances[SymbolOf(run.taken)]);
    forecast.time = std::llround(left / progress * gaps_.mean.value_or(0));
    forecast.state =
        "state_" + std::to_string(run.taken) + "_of_" + std::to_string(options_.steps.size());
    forecast.active_runs = static_cast<int64_t>(runs_.size());
    const size_t n = std::min<size_t>(1000, scores_.size());
    if (options_.conformal && n >= 9) {
      std::vector<double> last(scores_.end() - static_cast<std::ptrdiff_t>(n), scores_.end());
      std::sort(last.begin(), last.end());
      const auto cut = static_cast<size_t>(std::ceil(static_cast<double>(n + 1) / 10));
      const double q = last[n - 1 - (cut - 1)];
      forecast.lower = std::max(0.0, forecast.probability - q);
      forecast.upper = std::min(1.0, forecast.probability + q);
    }
    return forecast;
  }

  const ForecastOptions& options_;
  std::vector<std::string> alphabet_ = {"(other)"};
  std::vector<size_t> history_;
  std::vector<Burst> bursts_;
  Average gaps_;
  std::optional<int64_t> latest_;
  bool warm_;
  std::list<Run> runs_;  // oldest first
  std::vector<double> predictions_;
  std::vector<double> scores_;
};

}  // namespace

std::vector<ExpectedForecast> ForecastsOf(const ForecastOptions& options,
                                          const std::vector<ForecastEvent>& events) {
  std::vector<ExpectedForecast> forecasts;
  std::map<int64_t, Partition> partitions;
  for (size_t i = 0; i < events.size(); ++i) {
    const bool is_read = std::find(options.steps.begin(), options.steps.end(), events[i].type) !=
                         options.steps.end();
    if (!is_read) continue;
    for (auto& [key, partition] : partitions) partition.Expire(events[i].time);
    const int64_t key = options.partitioned ? events[i].k : 0;
    auto forecast = partitions.try_emplace(key, options).first->second.Take(events[i]);
    if (!forecast) continue;
    forecast->event = i;
    forecasts.push_back(std::move(*forecast));
  }
  return forecasts;
}

}  // namespace varpulis::testing
