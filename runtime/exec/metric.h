#pragma once

// What `.tap` has counted and measured (language.md 4.6): one series per metric and label set.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/exec/output_order.h"

namespace varpulis::exec {

struct Metric {
  std::string name;
  std::vector<std::pair<std::string, std::string>>
      labels;  // name and value, as the program lists them
  bool is_gauge = false;
  uint64_t count = 0;    // of a counter
  double value = 0;      // of a gauge: what it was set to last
  OutputOrder set_at{};  // when that was

  // `logins{zone="a"} 5`.
  std::string Text() const;
};

// Sorted by name and labels; series of the same metric and labels are one: counters add up, of gauges
// the one set last counts.
std::vector<Metric> MergeMetrics(std::vector<Metric> metrics);

}  // namespace varpulis::exec
