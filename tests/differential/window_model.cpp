#include "tests/differential/window_model.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/io/event_json.h"

namespace varpulis::testing {
namespace {

using Kind = ModelWindow::Kind;

struct Partition {
  std::string key;
  size_t number = 0;  // in order of creation
  std::vector<ModelRow> rows;
  std::optional<TimestampNs> last_output;
  size_t since_output = 0;

  TimestampNs latest() const {
    TimestampNs latest = rows.front().time;
    for (const ModelRow& row : rows) latest = std::max(latest, row.time);
    return latest;
  }
};

class Model {
 public:
  explicit Model(const ModelWindow& window) : window_(window) {}

  std::vector<ModelResult> Run(const std::vector<ModelRow>& rows) {
    TimestampNs clock = kTimeMin;
    for (const ModelRow& row : rows) {
      clock = std::max(clock, row.time);
      CloseDue(clock);
      Add(row);
    }
    CloseDue(kTimeMax);
    return std::move(results_);
  }

 private:
  bool ByTime() const { return window_.kind == Kind::Tumbling || window_.kind == Kind::Session; }

  // First moment at which the clock closes the window of the partition.
  TimestampNs Due(const Partition& partition) const {
    if (window_.kind == Kind::Tumbling) return partition.rows.front().time + window_.size;
    const TimestampNs due = partition.latest() + window_.size + 1;
    if (window_.kind != Kind::Sliding) return due;
    // Then no row of it can be part of a result, and the next row is the first one again.
    return std::max(due, *partition.last_output + window_.slide);
  }

  void CloseDue(TimestampNs clock) {
    if (window_.kind == Kind::Count || window_.kind == Kind::SlidingCount) return;
    std::stable_sort(open_.begin(), open_.end(), [&](const Partition& a, const Partition& b) {
      return std::pair(Due(a), a.number) < std::pair(Due(b), b.number);
    });
    std::vector<Partition> left;
    for (Partition& partition : open_) {
      // Rows that no result of a sliding window has shown wait for the end of the input.
      const bool waits = !ByTime() && clock < kTimeMax && partition.since_output > 0;
      if (waits || Due(partition) > clock) {
        left.push_back(std::move(partition));
      } else if (ByTime() || partition.since_output > 0) {
        PutOut(partition);
      }
    }
    open_ = std::move(left);
  }

  Partition& Of(const ModelRow& row) {
    for (Partition& partition : open_) {
      if (partition.key == row.key) return partition;
    }
    open_.push_back({row.key, created_++, {}, {}, 0});
    return open_.back();
  }

  void Forget(const std::string& key) {
    std::erase_if(open_, [&](const Partition& partition) { return partition.key == key; });
  }

  void Add(const ModelRow& row) {
    if (ByTime()) {
      const Partition& open = Of(row);
      if (!open.rows.empty() && row.time >= Due(open)) {
        PutOut(open);
        Forget(row.key);
      }
    }
    Partition& partition = Of(row);
    partition.rows.push_back(row);
    ++partition.since_output;
    if (window_.kind == Kind::Count && partition.rows.size() == static_cast<size_t>(window_.size)) {
      PutOut(partition);
      Forget(row.key);
    } else if (window_.kind == Kind::SlidingCount) {
      if (partition.rows.size() < static_cast<size_t>(window_.size)) return;
      if (partition.since_output < static_cast<size_t>(window_.slide)) return;
      PutOut(partition);
    } else if (window_.kind == Kind::Sliding) {
      if (partition.last_output && row.time < *partition.last_output + window_.slide) return;
      partition.last_output = row.time;
      PutOut(partition);
    }
  }

  // The rows that a result covers, of all rows that a partition of a sliding window ever had.
  void PutOut(const Partition& at) {
    ModelResult result{at.key, {}};
    const TimestampNs latest = at.latest();
    const size_t size = at.rows.size();
    for (size_t i = 0; i < size; ++i) {
      const bool is_past =
          window_.kind == Kind::SlidingCount
              ? i + static_cast<size_t>(window_.size) < size
              : window_.kind == Kind::Sliding && at.rows[i].time < latest - window_.size;
      if (!is_past) result.rows.push_back(at.rows[i]);
    }
    results_.push_back(std::move(result));
    for (Partition& partition : open_) {
      if (partition.key == at.key) partition.since_output = 0;
    }
  }

  const ModelWindow& window_;
  std::vector<Partition> open_;
  size_t created_ = 0;
  std::vector<ModelResult> results_;
};

std::string FloatText(double value) {
  std::string text;
  io::AppendJsonFloat(text, value);
  return text;
}

double Quantile(std::vector<double> values, double quantile) {
  std::sort(values.begin(), values.end());
  const double rank = quantile * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(rank);
  const double part = rank - std::floor(rank);
  if (part == 0) return values[below];
  return values[below] + (values[below + 1] - values[below]) * part;
}

}  // namespace

std::vector<ModelResult> RunModel(const ModelWindow& window, const std::vector<ModelRow>& rows) {
  return Model(window).Run(rows);
}

namespace {

// Numbers, then text, then events without a key.
std::pair<int, std::string> KeyOrder(const std::string& key) {
  return {key.empty() ? 2 : key.front() == '"' ? 1 : 0, key};
}

}  // namespace

std::vector<ModelResult> RunModelInOrder(const ModelWindow& window, std::vector<ModelRow> rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const ModelRow& a, const ModelRow& b) { return a.time < b.time; });
  if (window.kind != Kind::Tumbling && window.kind != Kind::Sliding) return RunModel(window, rows);
  const int64_t step = window.kind == Kind::Sliding ? window.slide : window.size;
  std::map<std::pair<TimestampNs, std::pair<int, std::string>>, ModelResult> windows;
  for (const ModelRow& row : rows) {
    for (TimestampNs begin = 0; begin <= row.time; begin += step) {
      if (row.time >= begin + window.size) continue;
      ModelResult& result = windows[{begin, KeyOrder(row.key)}];
      result.key = row.key;
      result.rows.push_back(row);
    }
  }
  std::vector<ModelResult> results;
  for (auto& [place, result] : windows) results.push_back(std::move(result));
  return results;
}

std::string ModelAggregateText() {
  // What depends on the order of additions is rounded, where no value lies between two results.
  return ".aggregate(n: count(), present: count(v), different: count(distinct(v)), s: sum(v * w), "
         "a: avg(v * w), lo: min(v * w), hi: max(v * w), f: first(v), l: last(v), "
         "m: median(v * w), q: percentile(v * w, 0.3), p99: p99(v * w), "
         "sd: round(stddev(v * w) / 3.7, 6), va: round(variance(v * w) / 3.7, 6), e: round(ema(v * "
         "w, 4) / 3.7, 6), "
         "c: collect(v))";
}

std::string ModelAggregates(const std::vector<ModelRow>& rows) {
  std::vector<std::string> fields;
  const auto add = [&](const char* name, const std::string& text) {
    fields.push_back(fmt::format("{}: {}", name, text));
  };
  const auto rounded = [](double value) { return FloatText(std::round(value / 3.7 * 1e6) / 1e6); };
  std::vector<std::string> present;
  std::set<std::string> different;
  std::vector<double> numbers;
  for (const ModelRow& row : rows) {
    if (!row.value.empty() && row.value != "null") {
      present.push_back(row.value);
      // 2 and 2.0 are one value.
      const bool is_text = row.value.front() == '"';
      different.insert(is_text ? row.value : FloatText(std::strtod(row.value.c_str(), nullptr)));
    }
    if (row.number) numbers.push_back(*row.number);
  }
  const auto count = static_cast<double>(numbers.size());
  double sum = 0;
  for (double number : numbers) sum += number;
  add("n", fmt::format("{}", rows.size()));
  add("present", fmt::format("{}", present.size()));
  add("different", fmt::format("{}", different.size()));
  add("s", FloatText(sum));
  if (!numbers.empty()) {
    add("a", FloatText(sum / count));
    add("lo", FloatText(*std::min_element(numbers.begin(), numbers.end())));
    add("hi", FloatText(*std::max_element(numbers.begin(), numbers.end())));
  }
  if (!rows.front().value.empty()) add("f", rows.front().value);
  if (!rows.back().value.empty()) add("l", rows.back().value);
  if (!numbers.empty()) {
    add("m", FloatText(Quantile(numbers, 0.5)));
    add("q", FloatText(Quantile(numbers, 0.3)));
    add("p99", FloatText(Quantile(numbers, 0.99)));
  }
  if (numbers.size() > 1) {
    double squares = 0;
    for (double number : numbers) squares += (number - sum / count) * (number - sum / count);
    add("sd", rounded(std::sqrt(squares / (count - 1))));
    add("va", rounded(squares / (count - 1)));
  }
  if (!numbers.empty()) {
    double ema = numbers.front();
    for (size_t i = 1; i < numbers.size(); ++i) ema = numbers[i] * 0.4 + ema * 0.6;
    add("e", rounded(ema));
  }
  add("c", fmt::format("[{}]", fmt::join(present, ",")));
  return fmt::format("{}", fmt::join(fields, ", "));
}

}  // namespace varpulis::testing
